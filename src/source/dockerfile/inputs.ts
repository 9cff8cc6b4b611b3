import { posix } from 'node:path';
import { type DockerInstruction, mountOptions, quotedWords } from './instruction.ts';

/** A variable that a build takes from outside. */
export interface DeclaredArgument {
  readonly name: string;
  readonly line: number;
  readonly hasDefault: boolean;
}

export interface SecretMount {
  readonly id: string;
  readonly line: number;
  readonly isRequired: boolean;
}

export function declaredArguments(
  { keyword, text, line }: DockerInstruction,
  escapeCharacter: string,
): readonly DeclaredArgument[] {
  if (keyword !== 'ARG') return [];
  return quotedWords(text, escapeCharacter).map((word) => {
    const [name = '', value] = word.split(/=(.*)/s);
    return { name, line, hasDefault: value !== undefined };
  });
}

/** Source: https://docs.docker.com/reference/dockerfile/#run---mounttypesecret */
export function secretMounts({ keyword, flags, line }: DockerInstruction): readonly SecretMount[] {
  return flags.flatMap(({ name, value }) => {
    const options = name === 'mount' && keyword === 'RUN' ? mountOptions(value ?? '') : undefined;
    if (options?.get('type') !== 'secret') return [];
    const path = options.get('target') ?? options.get('dst') ?? options.get('destination') ?? '';
    const id = options.get('id') ?? posix.basename(path);
    const required = options.get('required');
    return [{ id, line, isRequired: required !== undefined && required !== 'false' }];
  });
}
