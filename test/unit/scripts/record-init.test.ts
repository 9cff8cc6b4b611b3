import { expect, it } from 'vitest';
import { film } from '../../../scripts/record-init/film.ts';
import { screenLines } from '../../../scripts/record-init/screen-lines.ts';

it('a look holds until another one comes, on the lines below, too', () => {
  const plain = { isBold: false, isDim: false };
  expect(screenLines(['a \x1b[1;32mb', 'c\x1b[0m d  ', ''])).toEqual([
    [
      { text: 'a ', ...plain },
      { text: 'b', color: 2, isBold: true, isDim: false },
    ],
    [
      { text: 'c', color: 2, isBold: true, isDim: false },
      { text: ' d', ...plain },
    ],
    [],
  ]);
});

it('a film has each line once, and shows each screen for its time', () => {
  const frames = [
    { lines: ['$ <init>'], milliseconds: 1000 },
    { lines: ['$ <init>', 'done'], milliseconds: 3000 },
  ];
  const svg = film(frames, 10, 2, 'A "film"');
  expect(svg.match(/&lt;init&gt;/g)).toHaveLength(1);
  expect(svg.match(/<use /g)).toHaveLength(3);
  expect(svg).toContain('animation: play 4s steps(1, end) infinite');
  expect(svg).toMatch(/0\.000% \{ transform: translateY\(0px\) \}\n25\.000% \{ transform: translateY\(-70px\) \}/);
  expect(svg).toContain('<title>A &quot;film&quot;</title>');
});
