import { UserError } from '../shared/errors.ts';

/** The settings of an app by name; environment variables on Azure. */
export type AppSettings = Readonly<Record<string, string | undefined>>;

/**
 * Replaces `%NAME%` in a binding's text by the setting of that name.
 * @throws UserError `setting_missing`
 */
export function resolveSettings(text: string, settings: AppSettings, usedBy: string): string {
  return text.replace(/%([^%]+)%/g, (_whole, name: string) => {
    const value = settings[name];
    if (value === undefined) {
      throw new UserError(`The setting ${name} that the function ${usedBy} needs is missing.`, {
        code: 'setting_missing',
      });
    }
    return value;
  });
}
