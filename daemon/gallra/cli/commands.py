"""Every command, with its arguments and what they mean."""

from gallra.cli.access_commands import add_access
from gallra.cli.builder import Builder, Commands, Parser
from gallra.cli.consent_commands import add_consents
from gallra.cli.copies_command import add_copies
from gallra.cli.days import day
from gallra.cli.diff_command import add_diff
from gallra.cli.doctor_command import add_doctor
from gallra.cli.event_commands import add_events
from gallra.cli.exposure_command import add_exposure
from gallra.cli.finding_commands import add_findings
from gallra.cli.former_command import add_former
from gallra.cli.handover_commands import add_handover
from gallra.cli.hold_commands import add_hold
from gallra.cli.incident_commands import add_incidents
from gallra.cli.ledger_commands import add_ledger
from gallra.cli.mail_check_command import add_mail_check
from gallra.cli.notice_command import add_notice
from gallra.cli.notify_command import add_notify
from gallra.cli.record_command import add_record
from gallra.cli.register_commands import add_register
from gallra.cli.reminder_command import add_reminder
from gallra.cli.review_commands import add_review
from gallra.cli.self_audit_command import add_self_audit
from gallra.model.message import said
from gallra.model.share import ShareRole
from gallra.policy.brakes import RELEASABLE


def add_all(builder: Builder, commands: "Commands[Parser]") -> None:
    """Add every command, in the order in which help shows them."""
    _add_work(builder, commands)
    add_doctor(builder, commands)
    _add_looking(builder, commands)
    _add_deciding(builder, commands)
    add_notice(builder, commands)
    add_notify(builder, commands)
    add_events(builder, commands)
    add_reminder(builder, commands)
    add_copies(builder, commands)
    add_register(builder, commands)
    add_consents(builder, commands)
    add_findings(builder, commands)
    add_exposure(builder, commands)
    add_handover(builder, commands)
    add_mail_check(builder, commands)
    add_incidents(builder, commands)
    add_access(builder, commands)
    add_self_audit(builder, commands)
    _add_share(builder, commands)
    add_ledger(builder, commands)
    _add_rules(builder, commands)


def _add_work(builder: Builder, commands: "Commands[Parser]") -> None:
    run = builder.command(
        commands,
        "run",
        said("watch the shares and do what the rules say, until stopped"),
        handler="work:run",
        more=said("In mode observe, nothing is moved or destroyed."),
    )
    builder.argument(run, "--once", action="store_true", about=said("one whole cycle, then leave"))
    builder.command(
        commands,
        "scan",
        said("bring the catalogue up to date, act on nothing"),
        handler="work:scan",
    )
    status = builder.command(
        commands,
        "status",
        said("show how gallra is doing"),
        handler="status:show",
    )
    builder.argument(
        status,
        "--check",
        action="store_true",
        about=said(
            "one line for monitoring, from the status file: 0 good, 1 a person is needed, 3 a brake"
            " holds"
        ),
    )


def _add_looking(builder: Builder, commands: "Commands[Parser]") -> None:
    file, say = said("FILE"), builder.say
    read = builder.command(
        commands,
        "read",
        said("show the text that is seen in files, part by part"),
        handler="reading:read",
    )
    builder.argument(
        read,
        "files",
        nargs="+",
        metavar=say(file),
        about=said("a file, or the folder of a Maildir"),
    )
    detect = builder.command(
        commands,
        "detect",
        said("show the personal data that is found in files"),
        handler="reading:detect",
    )
    builder.argument(
        detect,
        "files",
        nargs="+",
        metavar=say(file),
        about=said("a file, or the folder of a Maildir"),
    )
    builder.argument(
        detect,
        "--text",
        action="store_true",
        about=said("with the text that the places of findings count in"),
    )
    listing = builder.command(
        commands,
        "list",
        said("show the records: files, and messages in mailboxes"),
        handler="records:show_list",
    )
    builder.argument(
        listing,
        "--class",
        dest="class_code",
        metavar=say(said("CLASS")),
        about=said("only records of this class"),
    )
    builder.argument(
        listing, "--share", metavar=say(said("SHARE")), about=said("only records in this share")
    )
    builder.argument(
        listing,
        "--state-is",
        dest="record_state",
        choices=("present", "quarantined", "destroyed", "gone"),
        about=said("only records that are in this state"),
    )
    builder.argument(
        listing,
        "--path",
        metavar=say(said("PATTERN")),
        about=said(
            "only records at this path, or whose path fits this pattern;"
            " * is any name, ** any folders"
        ),
    )
    builder.argument(
        listing,
        "--due-before",
        type=day(builder),
        metavar=say(said("DATE")),
        about=said("only records that are due before this day"),
    )
    explain = builder.command(
        commands,
        "explain",
        said("tell why a record has its class, and what will be done with it, when"),
        handler="explaining:explain",
    )
    builder.argument(
        explain,
        "path",
        metavar=say(said("PATH[#PART]")),
        about=said("a file, or a message in a mailbox: inbox.mbox#msg:17"),
    )


def _add_deciding(builder: Builder, commands: "Commands[Parser]") -> None:
    say = builder.say
    plan = builder.command(
        commands,
        "plan",
        said("show what would be done, with reasons, before anything is"),
        handler="planning:show",
    )
    builder.argument(
        plan,
        "--at",
        type=day(builder),
        metavar=say(said("DATE")),
        about=said("as it will be on this day; today if not given"),
    )
    builder.argument(
        plan, "--all", dest="is_whole", action="store_true", about=said("with what is kept, too")
    )
    builder.argument(
        plan,
        "--confirm",
        metavar=say(said("HASH")),
        about=said(
            "approve the plan with this hash, so that the limits on how much"
            " may be done in a day do not stop it"
        ),
    )
    builder.argument(
        plan,
        "--release",
        action="append",
        choices=RELEASABLE,
        about=said(
            "only this brake; without it, the limits on how much may be done in a day,"
            " and not the clock"
        ),
    )
    add_hold(builder, commands)
    add_review(builder, commands)
    quarantine = builder.subcommands(
        builder.command(
            commands, "quarantine", said("see, put back or destroy what lies in quarantine")
        )
    )
    builder.command(
        quarantine, "list", said("show what lies in quarantine"), handler="quarantining:show_list"
    )
    restore = builder.command(
        quarantine,
        "restore",
        said("put files back where they were"),
        handler="quarantining:restore",
    )
    which = said("the id that quarantine list shows, or the path the file had")
    builder.argument(restore, "ids", nargs="+", metavar=say(said("ID")), about=which)
    builder.argument(
        restore,
        "--to",
        metavar=say(said("PATH")),
        about=said("to this path in the same share instead; never over another file"),
    )
    destroy = builder.command(
        quarantine,
        "destroy",
        said("destroy what has lain in quarantine for its full time"),
        handler="quarantining:destroy",
    )
    builder.argument(destroy, "ids", nargs="+", metavar=say(said("ID")), about=which)


def _add_share(builder: Builder, commands: "Commands[Parser]") -> None:
    share = builder.subcommands(builder.command(commands, "share", said("look after the shares")))
    accept = builder.command(
        share,
        "accept",
        said("say that the folder which now lies at a share's path is that share"),
        handler="sharing:accept",
    )
    builder.argument(
        accept,
        "name",
        metavar=builder.say(said("SHARE")),
        about=said("the word after share. in the rules"),
    )


def _add_rules(builder: Builder, commands: "Commands[Parser]") -> None:
    builder.command(
        commands,
        "check",
        said("check the rules, and show every mistake with its line"),
        handler="rules:check",
    )
    rules = builder.subcommands(
        builder.command(commands, "rules", said("begin with rules, and look at them"))
    )
    new = builder.command(
        rules,
        "new",
        said("print rules to begin with, for folders that are there"),
        handler="starting:new",
        more=said("Write them to a file, and fill in the organisation."),
    )
    builder.argument(
        new,
        "shares",
        nargs="+",
        metavar=builder.say(said("SHARE")),
        about=said("a folder to look after"),
    )
    builder.argument(
        new,
        "--role",
        choices=tuple(each.value for each in ShareRole),
        default=ShareRole.COMMON_AREA.value,
        about=said("what the folders are for; common-area if not given"),
    )
    builder.command(
        rules,
        "schema",
        said("print the JSON Schema of rules.toml, for editors"),
        handler="rules:schema",
    )
    add_diff(builder, rules)
    add_record(builder, rules)
    add_former(builder, rules)
    explain = builder.command(
        rules,
        "explain",
        said("tell what a class is for, how long it is kept and why"),
        handler="rules:explain",
    )
    builder.argument(
        explain,
        "class_code",
        metavar=builder.say(said("CLASS")),
        about=said("the word after class. in the rules"),
    )
