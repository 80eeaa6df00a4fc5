"""A TCP proxy for one link: cut it (connections reset, new ones refused), stall it (a black hole), delay it, heal it."""

import asyncio
import contextlib

CHUNK_BYTES = 256 * 1024


class TcpProxy:
    """Listens on `port` of the loopback address and forwards to `target_port`."""

    def __init__(self, target_port: int, port: int = 0, delay_s: float = 0.0) -> None:
        self.port, self._target_port, self.delay_s = port, target_port, delay_s
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()
        self._flowing = asyncio.Event()
        self._flowing.set()

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
        self._flowing.set()
        if self._server is None:
            await self.start()

    def stall(self) -> None:
        """Connections stay open and nothing passes, as when a router swallows packets."""
        self._flowing.clear()

    async def stop(self) -> None:
        await self.cut()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task:
            self._connections.add(task)
        try:
            onward_reader, onward_writer = await asyncio.open_connection("127.0.0.1", self._target_port)
        except OSError:
            writer.close()
            self._connections.discard(task)  # type: ignore[arg-type]
            return
        try:
            async with asyncio.TaskGroup() as ways:
                ways.create_task(self._pump(reader, onward_writer))
                ways.create_task(self._pump(onward_reader, writer))
        except asyncio.CancelledError:
            writer.transport.abort()
            onward_writer.transport.abort()
        finally:
            self._connections.discard(task)  # type: ignore[arg-type]

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while chunk := await reader.read(CHUNK_BYTES):
                await self._flowing.wait()
                if self.delay_s:
                    await asyncio.sleep(self.delay_s)
                writer.write(chunk)
                await writer.drain()
        writer.close()
