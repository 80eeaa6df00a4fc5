"""A TCP proxy for one link: cut it (connections reset, new ones refused), stall it or one way of it (a black hole), delay it, throttle it, heal it."""

import asyncio
import contextlib

CHUNK_BYTES = 256 * 1024


class TcpProxy:
    """Listens on `port` of the loopback address and forwards to `target_port`."""

    def __init__(self, target_port: int, port: int = 0, delay_s: float = 0.0) -> None:
        self.port, self._target_port, self.delay_s = port, target_port, delay_s
        self.bytes_per_s: float | None = None
        """Throttle of each way; None, as fast as it goes."""
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()
        self._there, self._back = asyncio.Event(), asyncio.Event()
        self._there.set()
        self._back.set()

    async def start(self) -> "TcpProxy":
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def cut(self) -> None:
        """Close the door and every connection."""
        if self._server:
            self._server.close()
            self._server = None
        for connection in list(self._connections):
            connection.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def heal(self) -> None:
        self._there.set()
        self._back.set()
        self.delay_s, self.bytes_per_s = 0.0, None
        if self._server is None:
            await self.start()

    def stall(self, *, there: bool = True, back: bool = True) -> None:
        """Connections stay open and nothing passes, as when a router swallows packets; `there` is towards the target."""
        for stalled, way in ((there, self._there), (back, self._back)):
            if stalled:
                way.clear()

    async def stop(self) -> None:
        await self.cut()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task:
            self._connections.add(task)
        try:
            onward_reader, onward_writer = await asyncio.open_connection("127.0.0.1", self._target_port)
        except (OSError, asyncio.CancelledError):  # cut while it was connecting: as good as refused
            writer.transport.abort()
            self._connections.discard(task)  # type: ignore[arg-type]
            return
        try:
            async with asyncio.TaskGroup() as ways:
                ways.create_task(self._pump(reader, onward_writer, self._there))
                ways.create_task(self._pump(onward_reader, writer, self._back))
        except asyncio.CancelledError:
            writer.transport.abort()
            onward_writer.transport.abort()
        finally:
            self._connections.discard(task)  # type: ignore[arg-type]

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, flowing: asyncio.Event) -> None:
        with contextlib.suppress(OSError):
            while chunk := await reader.read(CHUNK_BYTES):
                await flowing.wait()
                if self.delay_s:
                    await asyncio.sleep(self.delay_s)
                if self.bytes_per_s:
                    await asyncio.sleep(len(chunk) / self.bytes_per_s)
                writer.write(chunk)
                await writer.drain()
        writer.close()
