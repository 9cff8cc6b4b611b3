/** `appApiGateway` of `app:api_gateway`: what every language takes as a name. */
export function identifier(...words: readonly string[]): string {
  const all = (words.join(' ').match(/[A-Za-z0-9]+/g) ?? ['it']).map((word) =>
    word === word.toUpperCase() ? word.toLowerCase() : word,
  );
  const name = all
    .map((word, index) => (index === 0 ? word.charAt(0).toLowerCase() : word.charAt(0).toUpperCase()) + word.slice(1))
    .join('');
  return /^\d/.test(name) ? `_${name}` : name;
}

/** Gives out names, each once: a second of the same name gets a number. */
export function uniqueNames(taken: readonly string[] = []): (name: string) => string {
  const used = new Set(taken);
  return (name) => {
    let unique = name;
    for (let number = 2; used.has(unique); number++) unique = `${name}${number}`;
    used.add(unique);
    return unique;
  };
}
