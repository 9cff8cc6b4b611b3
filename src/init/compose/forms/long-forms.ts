import { itemsOf, listTree, type MapTree, mapTree, rawTextOf, type Tree, textTree } from '../tree.ts';
import type { Filling } from './filling.ts';
import { longMounts } from './mounts.ts';
import { exposedPorts, longPorts } from './ports.ts';

type LongForm = (tree: Tree, path: string, filling: Filling) => Tree;

/** What can be written in several ways, by the key of a service. */
const FORMS: Readonly<Record<string, LongForm>> = {
  build: (tree, path, filling) => longBuild(tree, path, filling),
  configs: (tree, path, filling) => longFiles(tree, path, filling, '/'),
  depends_on: (tree, path, filling) => namesAsKeys(tree, path, filling),
  env_file: longEnvFiles,
  environment: variablesAsKeys,
  expose: exposedPorts,
  extends: longExtends,
  models: (tree, path, filling) => namesAsKeys(tree, path, filling),
  networks: (tree, path, filling) => namesAsKeys(tree, path, filling),
  ports: longPorts,
  secrets: (tree, path, filling) => longFiles(tree, path, filling, '/run/secrets/'),
  tmpfs: asList,
  volumes: longMounts,
};

/** A service with each of its keys in the one form that says most, so that files can be laid over each other. */
export function inLongForms(service: Tree, path: string, filling: Filling): MapTree {
  if (service.kind !== 'map') return mapTree([], service.place);
  const members = [...service.members].map(([key, tree]): readonly [string, Tree] => {
    const form = Object.hasOwn(FORMS, key) ? FORMS[key] : undefined;
    if (!form || tree.tag === 'reset' || (tree.kind === 'text' && tree.text === null)) return [key, tree];
    const long = form(tree, `${path}.${key}`, filling);
    return [key, tree.tag ? { ...long, tag: tree.tag } : long];
  });
  return { ...service, members: new Map(members) };
}

function longBuild(tree: Tree, path: string, filling: Filling): Tree {
  if (tree.kind === 'text') return mapTree([['context', tree]], tree.place);
  if (tree.kind !== 'map') return tree;
  const [args, secrets] = [tree.members.get('args'), tree.members.get('secrets')];
  const members = new Map(tree.members);
  if (args) members.set('args', variablesAsKeys(args, `${path}.args`, filling));
  if (secrets) members.set('secrets', longFiles(secrets, `${path}.secrets`, filling, ''));
  return { ...tree, members };
}

/** A list of `NAME=value`; without `=` the value comes from outside, as it does with nothing behind the colon. */
function variablesAsKeys(tree: Tree, path: string, filling: Filling): Tree {
  if (tree.kind !== 'list') return tree;
  const members = tree.items.flatMap((item, index): (readonly [string, Tree])[] => {
    const raw = rawTextOf(item);
    if (raw === undefined) return [];
    const at = raw.indexOf('=');
    const name = filling.text(textTree(at < 0 ? raw : raw.slice(0, at), item.place), `${path}.${index}`) ?? '';
    if (name === '') filling.problems.add(item.place, `${path}.${index}`, 'expected NAME=value');
    return [[name.trim(), textTree(at < 0 ? null : raw.slice(at + 1), item.place)]];
  });
  return mapTree(members, tree.place);
}

function namesAsKeys(tree: Tree, path: string, filling: Filling): Tree {
  if (tree.kind === 'map') return tree;
  const members = itemsOf(tree).map((item, index): readonly [string, Tree] => [
    filling.text(item, `${path}.${index}`) ?? '',
    textTree(null, item.place),
  ]);
  return mapTree(members, tree.place);
}

function longEnvFiles(tree: Tree): Tree {
  return listTree(
    itemsOf(tree).map((item) => (item.kind === 'text' ? mapTree([['path', item]], item.place) : item)),
    tree.place,
  );
}

function longExtends(tree: Tree): Tree {
  return tree.kind === 'text' ? mapTree([['service', tree]], tree.place) : tree;
}

function asList(tree: Tree): Tree {
  return listTree(itemsOf(tree), tree.place);
}

/** @param folder where a file of a relative name lies in the container */
function longFiles(tree: Tree, path: string, filling: Filling, folder: string): Tree {
  const items = itemsOf(tree).map((item, index): Tree => {
    const at = `${path}.${index}`;
    const text = (key: string): string | undefined =>
      item.kind === 'map' ? filling.text(item.members.get(key), `${at}.${key}`) : undefined;
    const source = item.kind === 'text' ? filling.text(item, at) : text('source');
    if (source === undefined || source === '')
      filling.problems.add(item.place, at, 'source is missing: the name of what is meant');
    const target = text('target') ?? source ?? '';
    const made = filling.made({ source, target: target.startsWith('/') ? target : `${folder}${target}` }, item.place);
    return item.kind === 'map' ? { ...item, members: new Map([...item.members, ...made.members]) } : made;
  });
  return listTree(items, tree.place);
}
