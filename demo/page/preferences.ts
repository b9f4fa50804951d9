// The user's language and theme: read from the URL or localStorage, stored in localStorage.
import { useEffect, useState } from 'react';
import type { Language, Parameters, Theme } from './parameters.js';

export interface Preferences {
  readonly language: Language;
  readonly theme: Theme;
  readonly setLanguage: (language: Language) => void;
  readonly setTheme: (theme: Theme) => void;
}

export function usePreferences(parameters: Parameters): Preferences {
  const [language, setLanguage] = useState<Language>(() =>
    (parameters.language ?? localStorage.getItem('language')) === 'en' ? 'en' : 'ru',
  );
  const [theme, setTheme] = useState<Theme>(() => toTheme(parameters.theme ?? localStorage.getItem('theme')));
  useEffect(() => {
    localStorage.setItem('language', language);
    document.documentElement.lang = language;
  }, [language]);
  useEffect(() => {
    localStorage.setItem('theme', theme);
    document.documentElement.dataset.theme = theme;
  }, [theme]);
  return { language, theme, setLanguage, setTheme };
}

function toTheme(text: string | null): Theme {
  return text === 'light' || text === 'dark' ? text : 'auto';
}
