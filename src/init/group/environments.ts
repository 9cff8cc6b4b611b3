import { isBelow } from '../../domain/ids.ts';
import { environmentOfTags } from '../../domain/tags.ts';
import type { Leftover } from '../draft.ts';
import type { LiveGroup, LiveResource } from './live.ts';

/** The environments whose deployments made something in the group, as its tags say; in alphabetical order. */
export function environmentsIn({ resources }: Pick<LiveGroup, 'resources'>): readonly string[] {
  const found = resources.flatMap(({ body }) => environmentOfTags(body.tags) ?? []);
  return [...new Set(found)].toSorted();
}

/** The group without what is another environment's, and that told. What no tag tells of may be anybody's, and stays. */
export function ofEnvironment<Group extends Pick<LiveGroup, 'resources'>>(
  group: Group,
  environment: string,
): { readonly group: Group; readonly left: readonly Leftover[] } {
  const others = group.resources.flatMap((one) => {
    const of = environmentOfTags(one.body.tags);
    return of === undefined || of === environment ? [] : [{ one, of }];
  });
  const isOfOthers = ({ id }: LiveResource): boolean => others.some(({ one }) => one.id === id || isBelow(id, one.id));
  return {
    group: { ...group, resources: group.resources.filter((one) => !isOfOthers(one)) },
    left: others.map(({ one: { type, name }, of }) => ({
      ...{ file: type, key: name },
      text: `is of the environment ${of}, and is not in the file`,
    })),
  };
}
