import * as fc from 'fast-check';
import { ARN, globOf, matchesGlob, RESOURCE, TEXT } from '../../src/proof/glob';
import { addressBits } from '../../src/proof/ip-address';
import { Language, shape, tokensOfGlob, tokensOfText } from '../../src/proof/value-sets/language';
import type { Automaton } from '../../src/proof/value-sets/language';
import { afterLast, between, WHOLE } from '../../src/proof/value-sets/part';
import { addresses, dates, numbers } from '../../src/proof/value-sets/samples';
import { shortestWord } from '../../src/proof/value-sets/word-search';

const some = (characters: string, maxLength: number) => fc.array(fc.constantFrom(...characters), { maxLength }).map((list) => list.join(''));
const words = some('aB:', 24);
const patterns = fc.array(some('aB:*?', 9), { minLength: 1, maxLength: 3 });
const globs = (list: string[], kind = TEXT) => list.map((text) => globOf([{ text, literal: false }], kind));
const language = (list: string[], kind = TEXT) => new Language(globs(list, kind).map(tokensOfGlob));

function read(automaton: Automaton, word: string): number {
  return [...word].reduce((state, character) => automaton.step(state, character.charCodeAt(0)), automaton.start);
}

/** What an automaton says of longer words is so. */
function expectForesight(automaton: Automaton, word: string, rest: string): void {
  const state = read(automaton, word);
  const ends = automaton.accepts(read(automaton, word + rest));
  if (rest !== '') expect([undefined, ends]).toContain(automaton.fate(state));
  const literals = automaton.literals(state);
  if (literals && rest !== '' && ends) expect(literals).toContain(rest.charCodeAt(0));
}

describe('a language', () => {
  it.each([['text', TEXT], ['ARNs', ARN], ['resources', RESOURCE]])('has the words that its patterns match: %s', (_, kind) => {
    fc.assert(fc.property(patterns, words, (list, word) => {
      expect(language(list, kind).includes(word)).toBe(globs(list, kind).some((glob) => matchesGlob(glob, word)));
    }), { numRuns: 500 });
  });

  it('has them in any case where case does not count', () => {
    fc.assert(fc.property(some('aB:', 5), words, (text, word) => {
      expect(new Language([tokensOfText(text.toLowerCase())], true).includes(word)).toBe(word.toLowerCase() === text.toLowerCase());
    }));
  });

  it('foresees what becomes of a word', () => {
    fc.assert(fc.property(patterns, fc.boolean(), words, words, (list, ignoringCase, word, rest) => {
      expectForesight(new Language(globs(list).map(tokensOfGlob), ignoringCase), word, rest);
    }), { numRuns: 500 });
  });

  it.each([
    ['############', '111122223333', '11112222333'], ['o-%', 'o-a_b', 'o-a:b'], ['&.&.com', 'a.b.com', 'a.B.com'],
    ['arn:aws:iam::############:role/?*/%', 'arn:aws:iam::111122223333:role/a/b', 'arn:aws:iam::111122223333:role/b'],
  ])('of the shape %s has %s and not %s', (text, one, other) => {
    expect([one, other].map((word) => shape(text).includes(word))).toEqual([true, false]);
  });
});

describe('a part of a value', () => {
  // Up to 24 separators: more than the five of an ARN, and than there is room to count.
  it.each([
    ...[0, 3, 4, 7].map((index) => [`between separators ${index} and ${index + 1}`, between(':', index)] as const),
    ['after the last separator', afterLast(':')] as const, ['that is the whole', WHOLE] as const,
  ])('is read out of the whole: %s', (_, part) => {
    fc.assert(fc.property(patterns, words, some('aB:::', 24), (list, word, separated) => {
      const inner = language(list);
      const lifted = part.lift(inner);
      for (const whole of [word, separated]) expect(lifted.accepts(read(lifted, whole))).toBe(inner.includes(part.of(whole)));
      expectForesight(lifted, separated, word);
    }), { numRuns: 300 });
  });
});

describe('the shortest word', () => {
  const all = ['a', 'B', ':'].reduce<string[]>((list) => list.flatMap((word) => ['', 'a', 'B', ':'].map((end) => word + end)), ['']);
  const short = [...new Set(all)].filter((word) => word !== '').sort((one, other) => one.length - other.length);

  it('that languages have or lack is as short as trying tells', () => {
    fc.assert(fc.property(fc.array(fc.tuple(patterns, fc.boolean()), { minLength: 1, maxLength: 3 }), (list) => {
      const requirements = [[['?', '??', '???'], true] as const, ...list].map(([texts, accepted]) => ({ automaton: language([...texts]), accepted }));
      const meets = (word: string) => requirements.every(({ automaton, accepted }) => automaton.accepts(read(automaton, word)) === accepted);
      const [found, tried] = [shortestWord(requirements), short.find(meets)];
      if (found === undefined) expect(tried).toBeUndefined();
      else expect([meets(found), found.length <= (tried?.length ?? 3)]).toEqual([true, true]);
    }), { numRuns: 500 });
  });
});

describe('samples', () => {
  const signs = (value: number, constants: number[]) => constants.map((constant) => Math.sign(value - constant)).join();
  const few = <T>(one: fc.Arbitrary<T>) => fc.array(one, { minLength: 1, maxLength: 4 });
  const halves = fc.integer({ min: -20, max: 20 }).map((twice) => twice / 2);

  it('of numbers lie on both sides of and between all constants', () => {
    fc.assert(fc.property(few(halves), halves, (constants, value) => {
      expect(numbers(constants.map(String), false).map((sample) => signs(Number(sample), constants))).toContain(signs(value, constants));
    }));
  });

  it('of counts do so with whole numbers', () => {
    fc.assert(fc.property(few(halves), fc.integer({ min: -12, max: 12 }), (constants, value) => {
      const samples = numbers(constants.map(String), true).map(Number);
      expect(samples.every(Number.isInteger)).toBe(true);
      expect(samples.map((sample) => signs(sample, constants))).toContain(signs(value, constants));
    }));
  });

  it('of dates do so to the millisecond', () => {
    const times = fc.integer({ min: 0, max: 6 }).map((ms) => 1_767_225_600_000 + ms);
    fc.assert(fc.property(few(times), times, (constants, value) => {
      const samples = dates(constants.map((time) => new Date(time).toISOString()));
      expect(samples.map((sample) => signs(Date.parse(sample), constants))).toContain(signs(value, constants));
    }));
  });

  it('of addresses lie in each block without those within it', () => {
    const v4 = fc.tuple(fc.constantFrom('10', '11', '192'), fc.constantFrom('0', '128'), fc.integer({ min: 1, max: 32 })).map(([a, b, mask]) => `${a}.${b}.0.0/${mask}`);
    const v6 = fc.tuple(fc.constantFrom('2001:db8', 'fd00'), fc.integer({ min: 1, max: 128 })).map(([start, mask]) => `${start}::/${mask}`);
    fc.assert(fc.property(few(fc.oneof(v4, v6)), fc.constantFrom('10.0.0.0', '10.128.0.0', '11.0.0.1', '200.1.1.1', '2001:db8::', 'fd00::1', '1::'), (blocks, value) => {
      const within = (address: string) => blocks.map((block) => isWithin(address, block)).join();
      expect(addresses(blocks).map(within)).toContain(within(value));
    }));
  });
});

function isWithin(address: string, block: string): boolean {
  const [start = '', mask] = block.split('/');
  const [bits = '', of = ''] = [addressBits(address), addressBits(start)];
  return bits.startsWith(of.slice(0, 1 + Number(mask)));
}
