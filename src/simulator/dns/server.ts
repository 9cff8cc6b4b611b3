import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { createServer, type Server, type Socket } from 'node:net';
import type { World } from '../world.ts';
import { resolve } from './public-dns.ts';
import { answerMessage, readQuestion } from './wire-format.ts';

const HOST = '127.0.0.1';
/** Of a message by TCP, whose length stands in two bytes before it. */
const LARGEST = 65_535;

/** A name server of the simulated public DNS, by UDP and TCP on one port of the loopback interface. */
export interface DnsServer {
  readonly port: number;
  /** May be called again. */
  close(): Promise<void>;
}

export async function startDnsServer(world: World): Promise<DnsServer> {
  const answer = (message: Buffer, byTcp: boolean): Buffer | undefined => {
    const question = readQuestion(message);
    if (!question) return undefined;
    const { name, type, largest } = question;
    // Of a type that is not simulated there is no record; whether there is such a name, any other type tells.
    const found = resolve(world, name, type ?? 'A');
    return answerMessage(question, type ? found : { ...found, answers: [] }, byTcp ? LARGEST : largest);
  };
  const { tcp, udp } = await listenOnOnePort();
  const open = new Set<Socket>();
  udp.on('message', (message, { port, address }) => {
    const reply = answer(message, false);
    if (reply) udp.send(reply, port, address);
  });
  tcp.on('connection', (socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    socket.once('error', () => socket.destroy());
    answerStream(socket, (message) => answer(message, true));
  });
  let closed: Promise<unknown> | undefined;
  return {
    port: udp.address().port,
    async close() {
      for (const socket of open) socket.destroy();
      closed ??= Promise.all([
        new Promise<void>((done) => udp.close(() => done())),
        new Promise<void>((done) => tcp.close(() => done())),
      ]);
      await closed;
    },
  };
}

function answerStream(socket: Socket, answer: (message: Buffer) => Buffer | undefined): void {
  let received = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    received = Buffer.concat([received, chunk]);
    while (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0)) {
      const end = 2 + received.readUInt16BE(0);
      const reply = answer(received.subarray(2, end));
      received = received.subarray(end);
      if (!reply) return void socket.destroy();
      const length = Buffer.alloc(2);
      length.writeUInt16BE(reply.length);
      socket.write(Buffer.concat([length, reply]));
    }
  });
}

/** The system chooses a port for one of them; the other may find it taken, and both try again. */
async function listenOnOnePort(): Promise<{ tcp: Server; udp: UdpSocket }> {
  for (let attempt = 1; ; attempt += 1) {
    const udp = createSocket('udp4');
    await new Promise<void>((done, fail) => udp.once('error', fail).bind(0, HOST, done));
    const tcp = createServer();
    try {
      await new Promise<void>((done, fail) => tcp.once('error', fail).listen(udp.address().port, HOST, done));
      return { tcp, udp };
    } catch (error) {
      udp.close();
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE' || attempt === 10) throw error;
    }
  }
}
