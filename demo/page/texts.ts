// Owns the choice of language for the components below a provider.
// Refuses to hold any text.
import { createContext, use } from 'react';
import type { Language } from './parameters.js';
import { english } from './texts_en.js';
import { russian, type Texts } from './texts_ru.js';

export const TextsContext = createContext<Texts>(russian);

export function textsOf(language: Language): Texts {
  return language === 'en' ? english : russian;
}

export function useTexts(): Texts {
  return use(TextsContext);
}

/** A span of time as a bare number of its unit: one decimal below ten, whole above; never negative. */
export function inSeconds(texts: Texts, milliseconds: number): string {
  return decimal(texts, milliseconds / 1000);
}

export function inMilliseconds(texts: Texts, milliseconds: number): string {
  return decimal(texts, milliseconds);
}

function decimal({ locale }: Texts, value: number): string {
  const digits = value < 9.95 ? 1 : 0;
  return Math.max(0, value).toLocaleString(locale, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
    useGrouping: false,
  });
}

/** A span of time as 0:07, 12:34 or 1:02:03. */
export function asDuration(milliseconds: number): string {
  const seconds = Math.floor(Math.max(0, milliseconds) / 1000);
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const [hours = 0, ...rest] = parts;
  const shown = hours > 0 ? parts : rest;
  return shown.map((part, index) => (index === 0 ? String(part) : String(part).padStart(2, '0'))).join(':');
}
