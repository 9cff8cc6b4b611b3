import { readFileSync } from 'node:fs';

const DOCS = new URL('../../../docs/', import.meta.url);

/** What a page of docs/ tells its reader to type: the contents of its blocks of `bash`, from top to bottom. */
export function shellBlocks(page: string): readonly string[] {
  const text = readFileSync(new URL(page, DOCS), 'utf8');
  return [...text.matchAll(/^```bash\n(.*?)^```$/gms)].map(([, block = '']) => block);
}
