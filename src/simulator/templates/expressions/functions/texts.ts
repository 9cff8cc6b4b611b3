import { isJsonObject, type Json } from '../../../../shared/json.ts';
import { type Functions, listOf, numberOf, TemplateError, textOf, wrongArguments } from '../scope.ts';

/** https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-string */
export const TEXTS: Functions = {
  string: ([value = null]) => written(value),
  format: ([pattern, ...args], _, name) => formatted(textOf(pattern, name), args, name),
  toLower: ([text], _, name) => textOf(text, name).toLowerCase(),
  toUpper: ([text], _, name) => textOf(text, name).toUpperCase(),
  trim: ([text], _, name) => textOf(text, name).trim(),
  replace: ([text, from, to], _, name) => textOf(text, name).replaceAll(textOf(from, name), () => textOf(to, name)),
  split([text, separators], _, name) {
    const all = Array.isArray(separators) ? separators.map((one) => textOf(one, name)) : [textOf(separators, name)];
    return all.reduce((parts, separator) => parts.flatMap((part) => part.split(separator)), [textOf(text, name)]);
  },
  join: ([list, separator], _, name) => listOf(list, name).map(written).join(textOf(separator, name)),
  startsWith: ([text, start], _, name) => lower(text, name).startsWith(lower(start, name)),
  endsWith: ([text, end], _, name) => lower(text, name).endsWith(lower(end, name)),
  substring([text, start, length], _, name) {
    const whole = textOf(text, name);
    const from = numberOf(start, name);
    const size = length === undefined ? whole.length - from : numberOf(length, name);
    if (from < 0 || size < 0 || from + size > whole.length) {
      throw new TemplateError(
        `Unable to evaluate the template language function 'substring', the index and length parameters must refer to a location within the string: index '${from}', length '${size}', string '${whole}'.`,
      );
    }
    return whole.slice(from, from + size);
  },
  padLeft: ([value, length, filler], _, name) =>
    written(value ?? null).padStart(numberOf(length, name), filler === undefined ? ' ' : textOf(filler, name)),
  base64: ([text], _, name) => Buffer.from(textOf(text, name)).toString('base64'),
  base64ToString: ([text], _, name) => Buffer.from(textOf(text, name), 'base64').toString('utf8'),
  base64ToJson: ([text], _, name) => read(Buffer.from(textOf(text, name), 'base64').toString('utf8'), name),
  dataUri: ([text], _, name) =>
    `data:text/plain;charset=utf8;base64,${Buffer.from(textOf(text, name)).toString('base64')}`,
  json: ([text], _, name) => read(textOf(text, name), name),
  uri: ([base, relative], _, name) => new URL(textOf(relative, name), textOf(base, name)).href,
  uriComponent: ([text], _, name) => encodeURIComponent(textOf(text, name)),
  uriComponentToString: ([text], _, name) => decodeURIComponent(textOf(text, name)),
};

/** As a text: of objects and lists their JSON, of booleans as .NET writes them. */
export function written(value: Json): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (value === null) return '';
  return isJsonObject(value) || Array.isArray(value) ? JSON.stringify(value) : String(value);
}

/** Braces of the text itself are doubled, as .NET has it; of the formats of numbers only the padded ones are known here. */
function formatted(pattern: string, args: readonly Json[], name: string): string {
  return pattern.replace(
    /\{\{|\}\}|\{(\d+)(?::([^}]*))?\}/g,
    (whole, index: string | undefined, shape: string | undefined) => {
      if (index === undefined) return whole.charAt(0);
      const value = args[Number(index)];
      if (value === undefined) throw wrongArguments(name);
      if (shape === undefined) return written(value);
      const [, digits] = /^[Dd](\d+)$/.exec(shape) ?? /^(0+)$/.exec(shape) ?? [];
      if (digits === undefined)
        throw new TemplateError(`The simulator does not know the format '${shape}' of 'format'.`);
      return String(numberOf(value, name)).padStart(/^0/.test(digits) ? digits.length : Number(digits), '0');
    },
  );
}

function read(text: string, name: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw wrongArguments(name);
  }
}

function lower(value: Json | undefined, name: string): string {
  return textOf(value, name).toLowerCase();
}
