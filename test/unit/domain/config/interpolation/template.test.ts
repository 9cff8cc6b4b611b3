import { describe, expect, it } from 'vitest';
import { fillText } from '../../../../../src/domain/config/interpolation/template.ts';

const VALUES: Readonly<Record<string, string>> = { TAG: '1.2', EMPTY: '', OTHER: 'o' };
const fill = (text: string) => fillText(text, (name) => (Object.hasOwn(VALUES, name) ? VALUES[name] : undefined));

describe('variables in a text', () => {
  it.each([
    ['${TAG}', '1.2'],
    ['a$TAG-b', 'a1.2-b'],
    ['${TAG:-x}${NONE:-x}${EMPTY:-x}${EMPTY-x}', '1.2xx'],
    ['${NONE-${OTHER}/${NONE:-deep}}', 'o/deep'],
    ['${TAG:+yes}${NONE:+yes}${EMPTY:+yes}${EMPTY+set}', 'yesset'],
    ['${TAG:?no}${EMPTY?no}', '1.2'],
    ['$$TAG $${TAG} cost: 5$$', '$TAG ${TAG} cost: 5$'],
    ['${{services.web.url}} $${{x}} ${{ unfinished', '${{services.web.url}} $${{x}} ${{ unfinished'],
    ['${NONE:-${{redis.host}}}!', '${{redis.host}}!'],
    ['${NONE:-a$$}b}', 'a$b}'],
  ])('%s is %s', (text, expected) => {
    expect(fill(text)).toMatchObject({ text: expected, problems: [] });
  });

  it.each([
    ['x${NONE}', ['the variable NONE is not set; write ${NONE:-default} where it need not be']],
    ['${NONE:?give a tag}', ['the variable NONE is not set: give a tag']],
    ['${EMPTY:?}', ['the variable EMPTY is not set: it is required']],
    ['${TAG', [expect.stringContaining('without a }')]],
    ['${}', [expect.stringContaining('names no variable')]],
    ['${TAG!x}', [expect.stringContaining('names no variable')]],
    ['5$', [expect.stringContaining('write $$')]],
  ])('%s is a problem', (text, problems) => {
    expect(fill(text).problems).toEqual(problems);
  });

  it('are named, and their values are not looked into', () => {
    expect(fillText('${A:-${B}}', (name) => (name === 'A' ? '${TAG}$' : undefined))).toEqual({
      text: '${TAG}$',
      variables: ['A'],
      problems: [],
    });
    expect(fill('${constructor:-c}').text).toBe('c');
  });
});
