"""The only room that tags, moves or destroys people's files."""
