// The texts in the chosen language, for the components below a provider, and the formatting of numbers.
import { createContext, use } from 'react';
import type { Language } from './parameters.js';
import { english } from './texts_en.js';
import { russian, type Texts } from './texts_ru.js';

export const TextsContext = createContext<Texts>(russian);

export function getTexts(language: Language): Texts {
  return language === 'en' ? english : russian;
}

export function useTexts(): Texts {
  return use(TextsContext);
}

/** A duration as a number of seconds: one decimal below ten, none above; never negative. */
export function formatSeconds(texts: Texts, milliseconds: number): string {
  return formatDecimal(texts, milliseconds / 1000);
}

export function formatMilliseconds(texts: Texts, milliseconds: number): string {
  return formatDecimal(texts, milliseconds);
}

function formatDecimal({ locale }: Texts, value: number): string {
  const digits = value < 9.95 ? 1 : 0;
  return Math.max(0, value).toLocaleString(locale, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
    useGrouping: false,
  });
}

/** A duration as 0:07, 12:34 or 1:02:03. */
export function formatDuration(milliseconds: number): string {
  const seconds = Math.floor(Math.max(0, milliseconds) / 1000);
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const [hours = 0, ...rest] = parts;
  const shown = hours > 0 ? parts : rest;
  return shown.map((part, index) => (index === 0 ? String(part) : String(part).padStart(2, '0'))).join(':');
}
