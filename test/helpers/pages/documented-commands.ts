import { readdirSync, readFileSync } from 'node:fs';

const ROOT = new URL('../../../', import.meta.url);

/** How a command of ours begins on a page, wherever in its line. */
const STARTED =
  /(?:npx draftgenie-deploy|npm run cli --|node dist\/cli\.js|(?<![\w/.@-])draftgenie-deploy) +(?=[\w-])/g;
/** A word of a shell with what it quotes, or a sign that ends the command or begins a comment. */
const WORD = /(?:'[^']*'|"[^"]*"|\\.|[^\s'"\\|&;<>()#])+|\S/g;

/** The pages that people read, from the root of the repository. */
export function pages(): readonly string[] {
  const inDocs = readdirSync(new URL('docs/', ROOT)).filter((file) => file.endsWith('.md'));
  return ['README.md', 'CONTRIBUTING.md', 'infra/README.md', ...inDocs.map((file) => `docs/${file}`)];
}

export function pageText(page: string): string {
  return readFileSync(new URL(page, ROOT), 'utf8');
}

/**
 * The words of every command of ours that a page has in blocks of code, or in code amid a sentence, where that has no `[…]` around what may
 * be left out.
 */
export function documentedCommands(page: string): readonly (readonly string[])[] {
  const parts = pageText(page).split(/^ *```/m);
  return parts.flatMap((part, index) => {
    const isBlock = index % 2 === 1;
    if (isBlock)
      return part
        .replace(/\\\n\s*/g, ' ')
        .split('\n')
        .flatMap(commandsIn);
    const spans = [...part.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code.replace(/\s+/g, ' '));
    return spans.filter((code) => !/[[…]/.test(code)).flatMap(commandsIn);
  });
}

function commandsIn(code: string): readonly (readonly string[])[] {
  const starts = [...code.matchAll(STARTED)].map(({ 0: start, index }) => index + start.length);
  return starts.map((start) => {
    const words = [...code.slice(start).matchAll(WORD)].map(([word]) => word);
    const end = words.findIndex((word) => /^[|&;<>()#'"]$/.test(word));
    return words.slice(0, end === -1 ? undefined : end).map((word) => word.replace(/['"]/g, ''));
  });
}
