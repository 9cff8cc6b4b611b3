import { type IncomingHttpHeaders, request as send } from 'node:http';

interface Question {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
  readonly timeoutInMs: number;
}

export interface HostAnswer {
  /** 0: nobody answers. */
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** Asks the host of an app, whose address is on this machine, and waits for the whole of its answer. */
export function askHost(url: string, { method, headers, body, timeoutInMs }: Question): Promise<HostAnswer> {
  return new Promise((resolve) => {
    const nobody = (): void => resolve({ status: 0, headers: {}, text: '' });
    const outgoing = send(url, { method, headers, timeout: timeoutInMs }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (part: string) => {
        text += part;
      });
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text }));
      answer.on('error', nobody);
    });
    outgoing.on('timeout', () => outgoing.destroy());
    outgoing.on('error', nobody);
    outgoing.end(body);
  });
}
