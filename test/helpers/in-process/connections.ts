import http from 'node:http';
import https from 'node:https';
import { Duplex } from 'node:stream';
import type { Routes } from '../../../src/outbound/routes.ts';

/** A server of this process, as Node documents it: any stream may be handed to it as a connection. */
export interface Acceptor {
  /** @param connection plain HTTP, whatever the address says */
  accept(connection: Duplex): void;
}

/**
 * Ways to a server of the same process past network and TLS, which cost more than all that product and server do with a request. What is
 * said, and when a connection breaks, is as over the loopback interface.
 */
export function routesTo(server: Acceptor): Routes {
  const [plain, secure] = [http.Agent, https.Agent].map((Kind) => {
    const agent = new Kind({ keepAlive: true });
    agent.createConnection = () => {
      const [near, far] = connectionPair();
      server.accept(far);
      return near;
    };
    return agent;
  }) as [http.Agent, http.Agent];
  return { agentFor: ({ protocol }) => (protocol === 'https:' ? secure : plain), proxyFor: () => undefined };
}

function connectionPair(): readonly [Duplex, Duplex] {
  const near = new End();
  const far = new End();
  near.other = far;
  far.other = near;
  return [near, far];
}

/** One end of a connection. What is written arrives in a later turn of the event loop, as from a network. */
class End extends Duplex {
  other: End | undefined;
  /** As a socket counts. */
  bytesRead = 0;
  bytesWritten = 0;
  /** Acknowledges a write that waits for its reader. */
  #taken: (() => void) | undefined;

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.bytesWritten += chunk.length;
    setImmediate(() => {
      const { other } = this;
      if (!other || other.destroyed) return done();
      other.bytesRead += chunk.length;
      if (other.push(chunk)) return done();
      other.#taken = done;
    });
  }

  override _read(): void {
    const taken = this.#taken;
    this.#taken = undefined;
    taken?.();
  }

  override _final(done: () => void): void {
    this.#end();
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#taken?.();
    this.#end();
    done(error);
  }

  /** The other one hears of it after all that was written. */
  #end(): void {
    const { other } = this;
    this.other = undefined;
    setImmediate(() => {
      if (other && !other.destroyed) other.push(null);
    });
  }

  // What Node and its clients say to sockets.
  setKeepAlive = (): this => this;
  setNoDelay = (): this => this;
  setTimeout = (): this => this;
  ref = (): this => this;
  unref = (): this => this;
}
