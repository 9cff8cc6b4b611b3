/** No key of a file has a colon, so that templates and resources of any type stand side by side. */
const PREFIX = 'template:';

/** By which plans, the state and other resources know it. */
export function templateKey(name: string): string {
  return `${PREFIX}${name}`;
}

/** The name of the template that a key stands for; undefined: it is a resource's, or that of something that a template made. */
export function templateNamed(key: string): string | undefined {
  return key.startsWith(PREFIX) && !key.includes('/') ? key.slice(PREFIX.length) : undefined;
}

/** The name of the template that made what a key stands for; undefined: none did. */
export function templateMaking(key: string): string | undefined {
  const end = key.indexOf('/');
  return key.startsWith(PREFIX) && end >= 0 ? key.slice(PREFIX.length, end) : undefined;
}

/** The key of what a template made: `template:queue/Microsoft.ServiceBus/namespaces/orders`. */
export function partKey(template: string, id: string): string {
  const within =
    id
      .split(/\/providers\//i)
      .slice(1)
      .join('/') || id.replace(/^\//, '');
  return `${templateKey(template)}/${within}`;
}

/** Where it stands in the file, for people. */
export function shownPlace(key: string): string {
  const name = templateNamed(key);
  return name === undefined ? `resources.${key}` : `templates.${name}`;
}
