import type { LeftBehindView } from '../../domain/api/views.ts';

/** What no configuration speaks of any more, one line each, with what it holds. */
export function leftBehindLines(left: readonly LeftBehindView[]): readonly string[] {
  if (left.length === 0) return [];
  return [
    'Left behind (on Azure, and no longer in the configuration; "state forget NAME" lets go):',
    ...left.map(({ name, holdsData, below }) => {
      const held = [...(holdsData ? ['holds data'] : []), ...(below.length > 0 ? [`with ${below.join(', ')}`] : [])];
      return `  ? ${name}${held.length > 0 ? `  ${held.join('; ')}` : ''}`;
    }),
  ];
}
