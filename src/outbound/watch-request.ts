import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { NoAnswer, type Phase, type TimeLimits } from './time-limits.ts';

/** Looks at what went over the wire so often within a limit: sockets tell nobody what the parser of HTTP takes from them. */
const LOOKS = 8;

/**
 * Ends a request that waits for longer than it may, with a NoAnswer: before the answer as the request's error, after as that of the
 * answer's stream. What a slow reader leaves unread is nobody's silence.
 */
export function watchRequest(
  sent: ClientRequest,
  host: string,
  limits: TimeLimits,
): { failure(): NoAnswer | undefined } {
  let failure: NoAnswer | undefined;
  let answer: IncomingMessage | undefined;
  let socket: Socket | undefined;
  let phase: Exclude<Phase, 'whole'> = 'connection';
  let seen = 0;
  let waitedInMs = 0;
  let look: NodeJS.Timeout | undefined;

  const end = (of: Phase, seconds: number): void => {
    stop();
    failure = new NoAnswer(host, of, seconds);
    (answer ?? sent).destroy(failure);
  };
  const whole =
    limits.whole === undefined ? undefined : setTimeout(() => end('whole', limits.whole ?? 0), limits.whole * 1000);
  const limitOf = { connection: limits.connect, 'first byte': limits.firstByte, rest: limits.idle };

  function stop(): void {
    clearTimeout(look);
    clearTimeout(whole);
  }

  function enter(next: typeof phase): void {
    clearTimeout(look);
    phase = next;
    waitedInMs = 0;
    seen = bytesOf(socket);
    wait();
  }

  function wait(): void {
    const limitInMs = limitOf[phase] * 1000;
    const stepInMs = limitInMs / LOOKS;
    look = setTimeout(() => {
      waitedInMs += stepInMs;
      if (isGoingOn()) waitedInMs = 0;
      if (waitedInMs >= limitInMs) end(phase, limitOf[phase]);
      else wait();
    }, stepInMs);
  }

  function isGoingOn(): boolean {
    // Before the answer begins nothing but the answer is waited for.
    if (phase !== 'rest') return false;
    if ((answer?.readableLength ?? 0) > 0) return true;
    const now = bytesOf(socket);
    if (now - seen < limits.leastBytes) return false;
    seen = now;
    return true;
  }

  sent.once('socket', (given) => {
    socket = given;
    whenConnected(given, () => enter(sent.writableFinished ? 'first byte' : 'rest'));
  });
  sent.once('finish', () => {
    if (phase === 'rest' && !answer) enter('first byte');
  });
  sent.once('response', (message) => {
    answer = message;
    enter('rest');
    message.once('close', stop);
  });
  sent.once('close', () => {
    if (!answer) stop();
  });
  enter('connection');
  return { failure: () => failure };
}

function whenConnected(socket: Socket, then: () => void): void {
  const isSecure = 'encrypted' in socket;
  const isPending = isSecure
    ? (socket as TLSSocket & { secureConnecting?: boolean }).secureConnecting
    : socket.connecting;
  if (isPending) socket.once(isSecure ? 'secureConnect' : 'connect', then);
  else then();
}

function bytesOf(socket: Socket | undefined): number {
  return socket === undefined ? 0 : socket.bytesRead + socket.bytesWritten;
}
