"""The table that says who decides on records of which classes."""

from gallra.model.message import said
from gallra.rules.description import KeyDescription, TableDescription
from gallra.rules.shapes import Number, Several, Text

REVIEW = TableDescription(
    name="review",
    header="[[review]]",
    sentence=said(
        "A queue of records on which a person decides: who is asked, and about which classes. Any "
        "number; without one, everybody who may use gallra is asked about everything."
    ),
    keys=(
        KeyDescription(
            name="name",
            shape=Text(),
            sentence=said("What the queue is called."),
            is_required=True,
            example='"arenden"',
        ),
        KeyDescription(
            name="reviewers",
            shape=Several(Text()),
            sentence=said(
                "Who may decide: the names with which they log in on this machine, or that "
                "--by gives. Everybody, if not given."
            ),
            example='["kari", "ola"]',
            also=("reviewer", "who", "people"),
        ),
        KeyDescription(
            name="classes",
            shape=Several(Text()),
            sentence=said("The classes of the queue. All that no other queue has, if not given."),
            example='"salary-list"',
            also=("class",),
        ),
        KeyDescription(
            name="reviewers_needed",
            shape=Number(least=1, most=5),
            sentence=said("How many different reviewers must approve before a record goes."),
            default="1",
            example="2",
            also=("needed", "four_eyes"),
        ),
    ),
)
