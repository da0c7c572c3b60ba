"""The few system calls that Python lacks, for every room that touches the shares."""
