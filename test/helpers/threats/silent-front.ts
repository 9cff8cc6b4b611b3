import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** Before a server of this machine: for a while it passes nothing on, and what was said on those connections is never answered. */
export interface SilentFront {
  readonly port: number;
  /**
   * From the next request that matches on, connections that are open, and those that are opened, stay without an answer for ever:
   * that request, too.
   */
  silenceFrom(request: RegExp): void;
  /** Connections that are opened from now on are passed on again. */
  speak(): void;
  /** What was said on them, and nobody heard. */
  unheard(): string;
}

export async function startSilentFront(to: number): Promise<SilentFront> {
  const sockets = new Set<Socket>();
  const passed = new Map<Socket, Socket>();
  let unheard = '';
  let isSilent = false;
  let awaited: RegExp | undefined;

  function silence(): void {
    isSilent = true;
    awaited = undefined;
    for (const [socket, behind] of passed) {
      // Nor is it told that the server let go of it.
      behind.unpipe(socket);
      swallow(socket);
    }
    passed.clear();
  }

  function swallow(socket: Socket): void {
    socket.removeAllListeners('data');
    socket.on('data', (bytes: Buffer) => {
      unheard += bytes.toString('latin1');
    });
  }

  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    if (isSilent) return swallow(socket);
    const behind = connect(to, '127.0.0.1');
    sockets.add(behind);
    passed.set(socket, behind);
    behind.on('error', () => socket.destroy());
    socket.once('close', () => behind.destroy());
    behind.once('close', () => passed.has(socket) && socket.destroy());
    socket.on('data', (bytes: Buffer) => {
      const text = bytes.toString('latin1');
      if (!awaited?.test(text)) return void behind.write(bytes);
      silence();
      unheard += text;
    });
    behind.pipe(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return {
    port: (server.address() as AddressInfo).port,
    silenceFrom(request) {
      awaited = request;
    },
    speak() {
      isSilent = false;
    },
    unheard: () => unheard,
  };
}
