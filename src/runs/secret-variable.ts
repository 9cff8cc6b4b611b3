const PREFIX = 'DRAFTGENIE_SECRET_';

/** The app's setting behind `env:NAME`: no other variable of the process can be read through a configuration. */
export function secretVariable(name: string): string {
  return name.startsWith(PREFIX) ? name : `${PREFIX}${name}`;
}
