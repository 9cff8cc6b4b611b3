/**
 * Says whether a JSON text nests deeper than `limit`, without parsing it: what parses may still be too deep to be
 * written again, compared or walked through.
 */
export function nestsDeeperThan(text: string, limit: number): boolean {
  let depth = 0;
  let isText = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (isText && character === '\\') at += 1;
    else if (character === '"') isText = !isText;
    else if (!isText && (character === '{' || character === '[')) depth += 1;
    else if (!isText && (character === '}' || character === ']')) depth -= 1;
    if (depth > limit) return true;
  }
  return false;
}

/** Far more than anything of ours or of Azure has. */
export const MAX_JSON_DEPTH = 100;
