import { isJsonObject, type JsonObject } from '../../shared/json.ts';
import { type Refusal, refuse } from '../refusal.ts';

/** https://learn.microsoft.com/azure/azure-resource-manager/management/tag-resources#limitations. */
const MOST_TAGS = 50;
const LONGEST_NAME = 512;
const LONGEST_VALUE = 256;

/** What is wrong with the tags of a write. */
export function tagsProblem(body: JsonObject): Refusal | undefined {
  const tags = Object.entries(isJsonObject(body.tags) ? body.tags : {});
  if (tags.length > MOST_TAGS) {
    return refuse(400, 'TooManyTags', `There are ${tags.length} tags; a resource can have ${MOST_TAGS} at most.`);
  }
  const reserved = tags.map(([name]) => name).filter((name) => /[<>%&\\?/]|\p{Cc}/u.test(name));
  if (reserved.length > 0) {
    return refuse(
      400,
      'InvalidTagNameCharacters',
      `The tag names '${reserved.join(',')}' have reserved characters '<,>,%,&,\\,?,/' or control characters.`,
    );
  }
  const longName = tags.find(([name]) => name.length > LONGEST_NAME);
  if (longName) {
    return refuse(
      400,
      'InvalidTagNameLength',
      `Tag name too large. Following tag name '${longName[0]}' exceeded the maximum length. Maximum allowed length for tag name - '${LONGEST_NAME}' characters.`,
    );
  }
  const longValue = tags.find(([, value]) => String(value).length > LONGEST_VALUE);
  return longValue
    ? refuse(
        400,
        'InvalidTagValueLength',
        `Tag value too large. Following tag value '${String(longValue[1])}' exceeded the maximum length. Maximum allowed length for tag value - '${LONGEST_VALUE}' characters.`,
      )
    : undefined;
}

/**
 * Tags as Azure keeps them: names that differ in case only are one tag, which keeps the name it had and takes the last
 * value. Two in a PUT become one: https://github.com/MicrosoftDocs/azure-docs/issues/57888; the name stays as it was first
 * written: https://github.com/turbot/guardrails-samples/issues/871.
 */
export function mergeTagNames(body: JsonObject, before: JsonObject | undefined): JsonObject {
  if (!isJsonObject(body.tags)) return body;
  const known = new Map<string, string>();
  const tags: JsonObject = {};
  for (const name of Object.keys(before && isJsonObject(before.tags) ? before.tags : {}))
    known.set(name.toLowerCase(), name);
  for (const [name, value] of Object.entries(body.tags)) {
    const kept = known.get(name.toLowerCase()) ?? name;
    known.set(name.toLowerCase(), kept);
    tags[kept] = value;
  }
  return { ...body, tags };
}
