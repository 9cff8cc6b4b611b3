import { LEVELS, type Level } from '../src/init/convert/keys/levels.ts';

const HEAD = `# From Compose to Azure, key by key

\`npm run compose\` writes this page from the tables by which \`draftgenie-deploy init\` converts a Compose file
(\`src/init/convert/keys\`). *Left* is what does not come over: \`init\` tells it with file and line, at its place in the
configuration and in a list at its end. A key that the [specification](https://github.com/compose-spec/compose-spec/blob/main/spec.md)
does not know is refused, with what was probably meant; keys that begin with \`x-\` mean nothing to Compose, either, and are passed
over. What a key of which nothing comes over has in it goes with it.

Files are read as Compose reads them: \`compose.yaml\` with its override, \`.env\`, \`extends\`, \`include\`, anchors and merge keys,
\`!reset\` and \`!override\`, profiles. Refused, with file, line and column, are circles, files that are not there, paths of Windows,
and services in the form of version 1.

What stands in texts:

| In a Compose file | In the configuration |
|---|---|
| \`\${VAR}\`, with a value in \`.env\` | \`\${VAR:-value}\`: the value there is a default |
| \`\${VAR}\`, set by the shell that runs \`init\` | \`\${VAR}\` |
| \`\${VAR}\`, set nowhere | \`\${VAR:-}\`, which is what Compose takes it for, and told |
| \`\${VAR:-default}\`, \`\${VAR:?message}\`, \`\${VAR:+instead}\`, \`$$\` | the same |
| a variable that looks like a secret | \`{secret: key}\`: generated where only the application itself needs to know it, else \`env:NAME\` under \`secrets\` |
| the name of another service in an address | its address: \`{service: key, format: …}\` |
| the address of a server whose place a managed one takes | \`{secret: DATABASE-URL}\`, \`\${{postgresql.host}}\` and the like |
`;

/** docs/compose.md */
export function composePage(): string {
  return `${[HEAD, ...LEVELS.map(section)].join('\n')}`;
}

function section({ at, rows }: Level): string {
  const lines = Object.entries(rows)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([key, row]) => `| \`${key}\` | ${outcome(row).replaceAll('|', '\\|')} |`);
  const title = at === '' ? 'The top' : `\`${at}\``;
  return [`## ${title}\n`, '| Key | What becomes of it |', '|---|---|', ...lines, ''].join('\n');
}

/** Of what is left whatever it says, why. */
function outcome({ becomes, left }: Level['rows'][string]): string {
  return becomes === 'left' && typeof left === 'string' ? `left: ${left}` : becomes;
}
