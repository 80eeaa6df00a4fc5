"""Every subject class a server answers or listens to, as lists to draw cases from."""

STREAM_CALLS = (
    "STREAM.CREATE.{s}", "STREAM.UPDATE.{s}", "STREAM.DELETE.{s}", "STREAM.PURGE.{s}", "STREAM.INFO.{s}", "STREAM.MSG.GET.{s}", "STREAM.MSG.DELETE.{s}",
    "STREAM.SNAPSHOT.{s}", "STREAM.RESTORE.{s}", "STREAM.LEADER.STEPDOWN.{s}", "STREAM.PEER.REMOVE.{s}", "DIRECT.GET.{s}", "DIRECT.GET.{s}.up.>",
    "CONSUMER.CREATE.{s}", "CONSUMER.CREATE.{s}.mine", "CONSUMER.CREATE.{s}.mine.>", "CONSUMER.DURABLE.CREATE.{s}.mine", "CONSUMER.NAMES.{s}",
    "CONSUMER.LIST.{s}",
)
CONSUMER_CALLS = (
    "CONSUMER.DELETE.{s}.{c}", "CONSUMER.PAUSE.{s}.{c}", "CONSUMER.RESET.{s}.{c}", "CONSUMER.UNPIN.{s}.{c}", "CONSUMER.LEADER.STEPDOWN.{s}.{c}",
    "CONSUMER.INFO.{s}.{c}", "CONSUMER.MSG.NEXT.{s}.{c}",
)
ACCOUNT_CALLS = (
    "INFO", "STREAM.NAMES", "STREAM.LIST", "STREAM.TEMPLATE.NAMES", "META.LEADER.STEPDOWN", "SERVER.REMOVE", "ACCOUNT.PURGE.CORE",
    "ACCOUNT.STREAM.MOVE.CORE.IN", "ACCOUNT.STREAM.CANCEL_MOVE.CORE.IN",
)
SYSTEM = (
    "$SYS.REQ.SERVER.PING", "$SYS.REQ.SERVER.PING.CONNZ", "$SYS.REQ.SERVER.PING.VARZ", "$SYS.REQ.SERVER.PING.JSZ", "$SYS.REQ.SERVER.PING.LEAFZ",
    "$SYS.REQ.ACCOUNT.PING.CONNZ", "$SYS.REQ.ACCOUNT.CORE.CONNZ", "$SYS.REQ.ACCOUNT.CORE.SUBSZ", "$SYS.REQ.ACCOUNT.CORE.CLAIMS.LOOKUP",
    "$SYS.REQ.CLAIMS.UPDATE", "$SYS.REQ.CLAIMS.DELETE", "$SYS.REQ.SERVER.ANY.RELOAD", "$SYS.REQ.SERVER.ANY.KICK", "$SYS.REQ.SERVER.ANY.LDM",
    "$SYS.REQ.USER.INFO", "$SYS.ACCOUNT.CORE.CONNECT", "$SYS.SERVER.ANY.SHUTDOWN",
)
INTERNAL = (
    "$JS.FC.IN.app.abc", "$JS.EVENT.ADVISORY.API", "$JSC.R.abc", "$JSC.SYNC.abc", "$NRG.V.abc", "$NRG.P.abc", "$GR.abc", "_GR_.abc.def", "$LDS.abc",
    "$SRV.PING", "$SRV.INFO", "$KV.secrets.a", "$O.secrets.C.a", "$MQTT.sess.a", "$G.abc", "$JS.SNAPSHOT.ACK.IN.abc",
)


def api_calls(prefix: str, stream: str, consumer: str, *, without: frozenset[str] = frozenset()) -> list[str]:
    """All JetStream calls on one stream and one of its consumers, except those named in `without` (as written above)."""
    names = [call for call in STREAM_CALLS + CONSUMER_CALLS if call not in without]
    return [f"{prefix}.{name.format(s=stream, c=consumer)}" for name in names]


def account_calls(prefix: str, *, without: frozenset[str] = frozenset()) -> list[str]:
    return [f"{prefix}.{name}" for name in ACCOUNT_CALLS if name not in without]


def acknowledgements(domain: str, stream: str, consumer: str) -> list[str]:
    """Of the first message, in both spellings servers know."""
    return [f"$JS.ACK.{domain}.x.{stream}.{consumer}.1.1.1.1.0", f"$JS.ACK.{stream}.{consumer}.1.1.1.1.0"]
