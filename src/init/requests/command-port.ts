/** `PORT=3000`, `--port 3000`, `--server.port=3000`, `-p 3000`, `--bind 0.0.0.0:3000`, `-b :3000`, or an address of its own. */
const PORTS = [
  /(?:^|\s)PORT=["']?(\d{2,5})\b/,
  /(?:^|\s)--?(?:[\w.-]*port|p)(?:[ =]|(?=\d))["']?(\d{2,5})\b/i,
  /(?:^|[\s=])["']?(?:tcp:\/\/|https?:\/\/)?(?:0\.0\.0\.0|\[::\]|\*|\+)?:(\d{2,5})\b/,
];

/** The port on which a command has its program listen, as far as the command says so itself. */
export function commandPort(command: string): number | undefined {
  for (const pattern of PORTS) {
    const port = Number(pattern.exec(command)?.[1]);
    if (port >= 1 && port <= 65_535) return port;
  }
  return undefined;
}
