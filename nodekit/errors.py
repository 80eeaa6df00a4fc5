"""Refusals. Every one says in Chinese what is wrong and what to do, and carries a stable code for programs."""

from typing import Any, ClassVar


class NodeError(Exception):
    """A clear no. Subclasses set `code` (stable, `<slice>.<reason>`) and `status` (HTTP 4xx).

    Args:
        message: what is wrong, one Chinese sentence for a person.
        hint: what to do about it, one Chinese sentence.
        facts: values for programs; never sealed content.
    """

    code: ClassVar[str] = "node.refused"
    status: ClassVar[int] = 409

    def __init__(self, message: str, *, hint: str = "", **facts: Any) -> None:
        super().__init__(message)
        self.message, self.hint, self.facts = message, hint, facts

    def as_json(self) -> dict[str, Any]:
        return {"code": self.code, "message": self.message, "hint": self.hint, "facts": self.facts}


class NotFound(NodeError):
    """Also answered for things an officer may not know to exist."""

    code = "node.not_found"
    status = 404

    def __init__(self, what: str = "该记录") -> None:
        super().__init__(f"未找到{what},或您无权查看。", hint="请从台账重新进入,或联系本单位管理员。")


class NotPermitted(NodeError):
    code = "node.not_permitted"
    status = 403

    def __init__(self, permission: str, title: str = "") -> None:
        super().__init__(f"您的岗位没有“{title or permission}”权限。", hint="请由具备该权限的同志办理,或请管理员调整岗位。", permission=permission)


class NotSignedIn(NodeError):
    code = "node.not_signed_in"
    status = 401

    def __init__(self) -> None:
        super().__init__("您尚未登录或登录已失效。", hint="请重新登录后再试。")


class StepNotAllowed(NodeError):
    """The state machine has no such step from the present state."""

    code = "node.step_not_allowed"

    def __init__(self, now_label: str, step_label: str, **facts: Any) -> None:
        super().__init__(f"当前状态为“{now_label}”,不能办理“{step_label}”。", hint="请刷新页面,按当前状态可办理的事项操作。", **facts)


class StaleForm(NodeError):
    """Somebody else changed the record since the form was opened."""

    code = "node.stale_form"

    def __init__(self, expected: int, actual: int) -> None:
        super().__init__("该记录在您打开页面后已被他人更新。", hint="您填写的内容已保留,请核对最新情况后再次提交。", expected=expected, actual=actual)


class InvalidInput(NodeError):
    """Field errors; `fields` is a list of {"path", "message"}."""

    code = "input.invalid"
    status = 422

    def __init__(self, fields: list[dict[str, str]]) -> None:
        super().__init__("有内容填写不正确,未作任何改动。", hint="请按各栏提示修改后重新提交。", fields=fields)


class Refused(NodeError):
    """Raised by an event handler: the event is authentic but cannot be accepted. The sender gets a signed refusal."""

    code = "event.refused"


class Conflict(NodeError):
    """The database refused the rows: a natural key is taken, or a rule over rows would be broken."""

    code = "node.conflict"

    def __init__(self) -> None:
        super().__init__("与已有记录重复或冲突,未作任何改动。", hint="请查找是否已有相同编号或内容的记录。")
