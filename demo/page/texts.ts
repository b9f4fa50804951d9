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

/** Seconds with one decimal below ten, whole above; never negative. */
export function inSeconds(milliseconds: number): string {
  const seconds = Math.max(0, milliseconds) / 1000;
  return seconds < 10 ? seconds.toFixed(1) : String(Math.round(seconds));
}

/** A span of time as 0:07, 12:34 or 1:02:03. */
export function asDuration(milliseconds: number): string {
  const seconds = Math.floor(Math.max(0, milliseconds) / 1000);
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const [hours = 0, ...rest] = parts;
  const shown = hours > 0 ? parts : rest;
  return shown.map((part, index) => (index === 0 ? String(part) : String(part).padStart(2, '0'))).join(':');
}
