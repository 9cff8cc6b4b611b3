import type { MapTree, Tree } from '../tree.ts';
import type { Filling } from './filling.ts';

/** A drive with a path: https://github.com/compose-spec/compose-go/blob/main/format/volume.go knows them, too. */
const OF_WINDOWS = /^[A-Za-z]:[\\/]|^\\\\/;

/** Whether it can be found on Windows only. */
export function isWindowsPath(path: string): boolean {
  return OF_WINDOWS.test(path);
}

/** Every mount in its long form: https://github.com/compose-spec/compose-spec/blob/main/05-services.md#volumes */
export function longMounts(tree: Tree, path: string, filling: Filling): Tree {
  if (tree.kind !== 'list') return tree;
  const items = tree.items.flatMap((item, index): Tree[] => {
    const at = `${path}.${index}`;
    const made = item.kind === 'map' ? longMount(item, at, filling) : shortMount(item, at, filling);
    return made ? [made] : [];
  });
  return { ...tree, items };
}

function longMount(item: MapTree, path: string, filling: Filling): MapTree | undefined {
  const text = (key: string): string | undefined => filling.text(item.members.get(key), `${path}.${key}`);
  const [source, target] = [text('source'), text('target')];
  if (target === undefined || target === '') {
    filling.problems.add(item.place, path, 'target is missing: the path in the container');
    return undefined;
  }
  if (source !== undefined && isWindowsPath(source)) return refused(source, item, path, filling);
  const made = filling.made(
    { type: text('type') ?? 'volume', source, target, read_only: text('read_only') },
    item.place,
  );
  return { ...item, members: new Map([...item.members, ...made.members]) };
}

function shortMount(item: Tree, path: string, filling: Filling): MapTree | undefined {
  const text = filling.text(item, path);
  if (text === undefined) return undefined;
  if (isWindowsPath(text)) return refused(text, item, path, filling);
  const [first = '', second, ...modes] = text.split(':');
  const target = second === undefined ? first : second;
  const source = second === undefined ? undefined : first;
  if (target === '' || source === '' || modes.length > 1) {
    filling.problems.add(
      item.place,
      path,
      `found ${JSON.stringify(text)}; expected a mount such as "data:/var/lib/data"`,
    );
    return undefined;
  }
  const options = (modes[0] ?? '').split(',');
  const isBind = source !== undefined && /^[./~]/.test(source);
  return filling.made(
    {
      type: isBind ? 'bind' : 'volume',
      source,
      target,
      read_only: options.includes('ro') ? 'true' : undefined,
    },
    item.place,
  );
}

function refused(path: string, item: Tree, key: string, filling: Filling): undefined {
  const message = `${JSON.stringify(path)} is a path of Windows, which no container in Azure has; write it relative to this file, with forward slashes`;
  filling.problems.add(item.place, key, message);
  return undefined;
}
