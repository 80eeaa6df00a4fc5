"""Refusals at the door."""

from nodekit.errors import NodeError


class WrongLogin(NodeError):
    """The same answer for an unknown user, a wrong password and a disabled account."""

    code = "identity.wrong_login"
    status = 401

    def __init__(self) -> None:
        super().__init__("用户名或密码不正确。", hint="请核对后重试;连续多次失败将暂停登录。忘记密码请联系系统管理员重置。")


class TooManyAttempts(NodeError):
    code = "identity.too_many_attempts"
    status = 429

    def __init__(self, wait_s: int) -> None:
        super().__init__(
            "登录失败次数过多,已暂停登录。", hint=f"请在 {max(1, wait_s)} 秒后再试;忘记密码请联系系统管理员重置。", wait_s=max(1, wait_s)
        )


class PasswordTooWeak(NodeError):
    code = "identity.password_too_weak"
    status = 422

    def __init__(self, why: str) -> None:
        super().__init__(f"密码不符合要求:{why}", hint="至少12个字符,不含用户名,不用常见词和重复字符;建议用几个不相干的词连成一句。")


class PasswordMustChange(NodeError):
    """First login or after a reset: nothing else is open until the password is the officer's own."""

    code = "identity.password_must_change"
    status = 403

    def __init__(self) -> None:
        super().__init__("首次登录或密码已被重置,须先修改密码。", hint="请到“我的账号”页面修改密码后继续。", url="/account")


class UsernameTaken(NodeError):
    code = "identity.username_taken"

    def __init__(self, username: str) -> None:
        super().__init__(f"用户名“{username}”已被使用。", hint="请换一个用户名。", username=username)


class NotOnYourself(NodeError):
    """Nobody grants himself posts, disables or resets himself."""

    code = "identity.not_on_yourself"
    status = 403

    def __init__(self) -> None:
        super().__init__("不能对本人账号办理该事项。", hint="请由另一位管理员办理。")


class CrossSiteRequest(NodeError):
    """An unsafe request that did not come from one of our own pages."""

    code = "identity.cross_site"
    status = 403

    def __init__(self) -> None:
        super().__init__("请求来源无法确认,未作任何改动。", hint="请返回本系统页面,刷新后重新提交。")
