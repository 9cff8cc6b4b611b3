import { parseConfig } from '../../domain/config/parse.ts';
import { UserError } from '../../shared/errors.ts';
import type { CommonOptions } from '../options.ts';
import { findLocalStores } from './find-stores.ts';

/**
 * The environment from whose overlay this one was made when it was deployed before, as its state says. The state lies where the file
 * says without any overlay, since the overlay is what is looked for. A state that cannot be read tells nothing here: whoever needs
 * it tells what is wrong with it.
 */
export async function rememberedOrigin(
  options: Pick<CommonOptions, 'environment'>,
  text: string,
  variables: (name: string) => string | undefined,
): Promise<string | undefined> {
  const plain = parseConfig(text, { allowUnknownKeys: true, variables });
  try {
    const { stores } = await findLocalStores(options, plain.ok ? plain.parsed : undefined);
    return (await stores.state.read()).value.from;
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
