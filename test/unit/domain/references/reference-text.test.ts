import { describe, expect, it } from 'vitest';
import { literalPart, referencesIn, referenceText } from '../../../../src/domain/references/reference-text.ts';

describe('a text with references', () => {
  it('has what stands in it as it is, and the names between ${{ and }}, in order', () => {
    expect(referenceText('amqps://${{ resources.bus.name }}.example.net/${{azure.location}}').parts).toEqual([
      { text: 'amqps://' },
      { reference: 'resources.bus.name' },
      { text: '.example.net/' },
      { reference: 'azure.location' },
    ]);
  });

  it('is one part where it is one reference, and where it has none', () => {
    expect(referenceText('${{redis.port}}').parts).toEqual([{ reference: 'redis.port' }]);
    expect(referenceText('${HOME} and $${HOME}').parts).toEqual([{ text: '${HOME} and $${HOME}' }]);
    expect(referenceText('').parts).toEqual([]);
  });

  it('has the characters themselves after one more $, also beside references', () => {
    expect(referenceText('$${{ secrets.X }} of ${{environment.name}}, $${{').parts).toEqual([
      { text: '${{ secrets.X }} of ' },
      { reference: 'environment.name' },
      { text: ', ${{' },
    ]);
  });

  it('says what is wrong with one that does not end, or has no name', () => {
    expect(referenceText('a ${{ b').problem).toBe('has ${{ without }}; write $${{ for the characters themselves');
    expect(referenceText('a ${{ }}').problem).toMatch('has a reference without a name');
  });

  it('is told apart into names and the rest', () => {
    const text = 'Endpoint=${{resources.bus.outputs.endpoint}};Key=${{resources.bus.name}}';
    expect(referencesIn(text)).toEqual(['resources.bus.outputs.endpoint', 'resources.bus.name']);
    expect(literalPart(text)).toBe('Endpoint=;Key=');
  });
});
