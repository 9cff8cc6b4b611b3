import { suggestion } from '../../shared/suggestion.ts';
import type { ComposeFiles } from './files.ts';
import type { Filling } from './forms/filling.ts';
import { checkOrigin, checkTexts } from './origin-checks.ts';
import type { ComposeService } from './project.ts';
import { itemsOf, type MapTree, memberOf, membersOf, rawTextOf, type Tree } from './tree.ts';

interface Checked {
  readonly services: readonly ComposeService[];
  readonly idle: readonly { readonly name: string; readonly why: string }[];
  readonly top: MapTree;
}

/** What Compose would refuse of a model that can be read. */
export function checkProject(
  { services, idle, top }: Checked,
  filling: Filling,
  around: { readonly files: ComposeFiles; readonly root: string },
): void {
  for (const service of services) {
    checkTexts(service, filling);
    checkOrigin(service, { filling, ...around });
    checkDependencies(service, services, idle, filling);
    checkNames(service, top, filling);
  }
  checkCircles(services, filling);
}

function checkDependencies(
  { name, keys }: ComposeService,
  services: readonly ComposeService[],
  idle: Checked['idle'],
  { problems }: Filling,
): void {
  const names = services.map((service) => service.name);
  for (const [other, how] of membersOf(memberOf(keys, 'depends_on'))) {
    if (names.includes(other) || rawTextOf(memberOf(how, 'required')) === 'false') continue;
    const why = idle.find((one) => one.name === other)?.why;
    const meant = suggestion(other, names);
    const hint = why ? `: ${why}` : meant ? `; did you mean ${meant}?` : '';
    problems.add(how.place, `services.${name}.depends_on`, `there is no service ${JSON.stringify(other)}${hint}`);
  }
}

/** What a service names is there: https://github.com/compose-spec/compose-spec/blob/main/07-volumes.md and its like. */
function checkNames({ name, keys }: ComposeService, top: MapTree, { problems }: Filling): void {
  const check = (section: string, used: string | undefined, tree: Tree): void => {
    const known = membersOf(memberOf(top, section)).map(([key]) => key);
    if (used === undefined || known.includes(used)) return;
    const meant = suggestion(used, known);
    const message = `there is no ${section.slice(0, -1)} ${JSON.stringify(used)}${meant ? `; did you mean ${meant}?` : `; "${section}" at the top defines it`}`;
    problems.add(tree.place, `services.${name}.${section}`, message);
  };
  for (const [network, tree] of membersOf(memberOf(keys, 'networks'))) {
    if (network !== 'default') check('networks', network, tree);
  }
  for (const mount of itemsOf(memberOf(keys, 'volumes'))) {
    const isNamed = rawTextOf(memberOf(mount, 'type')) === 'volume';
    if (isNamed) check('volumes', rawTextOf(memberOf(mount, 'source')), mount);
  }
  for (const section of ['secrets', 'configs'])
    for (const file of itemsOf(memberOf(keys, section))) check(section, rawTextOf(memberOf(file, 'source')), file);
}

function checkCircles(services: readonly ComposeService[], { problems }: Filling): void {
  const needs = new Map(services.map(({ name, keys }) => [name, membersOf(memberOf(keys, 'depends_on'))]));
  const told = new Set<string>();
  const visit = (name: string, way: readonly string[], tree: Tree | undefined): void => {
    const at = way.indexOf(name);
    if (at >= 0 && tree) {
      const circle = [...way.slice(at), name];
      for (const one of circle) told.add(one);
      problems.add(tree.place, `services.${way.at(-1)}.depends_on`, `is a circle: ${circle.join(' → ')}`);
    }
    if (at >= 0 || told.has(name)) return;
    for (const [other, how] of needs.get(name) ?? []) visit(other, [...way, name], how);
    told.add(name);
  };
  for (const { name } of services) visit(name, [], undefined);
}
