import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readImageSettings } from '../../../src/source/dockerfile/image-settings.ts';

describe('what a Dockerfile says of its containers', () => {
  it('is what the last stage says, and the stages that it is built on', () => {
    const settings = readImageSettings(`ARG NODE=22
FROM node:\${NODE}-alpine AS base
ENV PORT=3000 LEVEL="very low"
EXPOSE $PORT 9229/tcp 514/udp
HEALTHCHECK --interval=5s CMD curl -f http://localhost:3000/health || exit 1
CMD ["node", "old.js"]
FROM base AS build
EXPOSE 1
RUN npm run build
FROM base
VOLUME /data
ENTRYPOINT ["tini", "--"]
CMD node server.js
`);
    expect(settings).toEqual({
      base: 'node:22-alpine',
      exposed: [
        { port: 3000, line: 4 },
        { port: 9229, line: 4 },
      ],
      healthCheck: { words: ['curl', '-f', 'http://localhost:3000/health', '||', 'exit', '1'], line: 5 },
      entrypoint: { words: ['tini', '--'], line: 12 },
      command: { words: ['node', 'server.js'], line: 13 },
      env: { PORT: '3000', LEVEL: 'very low' },
      volumes: [{ words: ['/data'], line: 11 }],
      stage: undefined,
      otherImages: ['build'],
    });
  });

  it('is what the target says, with the arguments that are given', () => {
    const text = 'FROM a AS one\nARG P=1\nEXPOSE $P\nFROM b AS two\nEXPOSE 2\n';
    expect(readImageSettings(text, { target: 'one', buildArguments: { P: '8080' } })).toMatchObject({
      base: 'a',
      exposed: [{ port: 8080, line: 3 }],
    });
    expect(readImageSettings(text, { target: 'three' })).toBeUndefined();
  });

  it('has no port that only the build knows, and no health check that was switched off', () => {
    const settings = readImageSettings(
      'FROM a\nHEALTHCHECK CMD ["wget", "-q", "/"]\nFROM 0\nEXPOSE $OF_BASE 99999 0 http\n',
    );
    expect(settings).toMatchObject({ exposed: [], healthCheck: { words: ['wget', '-q', '/'], line: 2 } });
    expect(readImageSettings('FROM a\nHEALTHCHECK CMD true\nHEALTHCHECK NONE\n')?.healthCheck).toBeUndefined();
  });

  it('names the other images that the file makes', () => {
    const text = 'FROM a AS base\nFROM base AS deps\nFROM base AS api\nCOPY --from=deps . .\nFROM base AS web\n';
    expect(readImageSettings(text)).toMatchObject({ stage: 'web', otherImages: ['api'] });
    expect(readImageSettings(text, { target: 'api' })).toMatchObject({ stage: 'api', otherImages: ['web'] });
  });

  it('loses the command of its base with an entry point of its own', () => {
    expect(readImageSettings('FROM a\nCMD x\nENTRYPOINT ["y"]\n')?.command).toBeUndefined();
  });

  it('is read of any text, and names ports only that there are', () => {
    const words = fc.constantFrom(
      'FROM a',
      'FROM 0 AS b',
      'FROM b',
      'ARG P=$P',
      'ENV P 80',
      'EXPOSE $P 80/tcp',
      'EXPOSE',
      'CMD [',
      'VOLUME ["/a"]',
      'HEALTHCHECK CMD ["a"',
      'ONBUILD EXPOSE 1',
      '\\',
      '# escape=`',
    );
    const texts = fc.oneof(
      fc.string(),
      fc.array(fc.oneof(words, fc.string())).map((lines) => lines.join('\n')),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const ports = readImageSettings(text)?.exposed ?? [];
        expect(ports.filter(({ port }) => !(port >= 1 && port <= 65_535))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});
