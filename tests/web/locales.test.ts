// Both languages have every text.
import { expect, test } from 'vitest';
import { getTexts, type Locale } from '../../web/index.js';

test('both languages have the same texts, none empty, none the same', () => {
  const flatten = (locale: 'ru' | 'en') =>
    Object.entries(getTexts(locale)).flatMap(([group, texts]) =>
      Object.entries(texts as Record<string, string>).map(
        ([name, text]) => [`${group}.${name}`, text] as const,
      ),
    );
  const russian = flatten('ru');
  const english = flatten('en');
  expect(english.map(([name]) => name)).toEqual(russian.map(([name]) => name));
  for (const [index, [name, text]] of russian.entries()) {
    expect(text, name).toMatch(/[а-яё]/i);
    expect(english[index]?.[1], name).toMatch(/^[\x20-\x7e]+$/);
  }
});

test('without a locale that is known, the texts are Russian', () => {
  for (const locale of [undefined, 'fr' as Locale]) expect(getTexts(locale)).toBe(getTexts('ru'));
});
