// The head of the page: title, state of the connection, language and theme. It stays visible when the page is
// scrolled.
import type { ReactElement } from 'react';
import type { ConnectionState } from '@advakod/resilient-websocket';
import type { Language, Theme } from '../parameters.js';
import type { Preferences } from '../preferences.js';
import { useTexts } from '../texts.js';
import { Icon, type IconName } from './icon.js';

interface Props {
  readonly state: ConnectionState;
  readonly preferences: Preferences;
}

const languages: readonly Language[] = ['ru', 'en'];
const themeIcons: Readonly<Record<Theme, IconName>> = { auto: 'auto', light: 'sun', dark: 'moon' };
const nextTheme: Readonly<Record<Theme, Theme>> = { auto: 'light', light: 'dark', dark: 'auto' };

export function PageHead({ state, preferences }: Props): ReactElement {
  const texts = useTexts();
  const { language, theme, setLanguage, setTheme } = preferences;
  const themeName = `${texts.theme.label}: ${texts.theme[theme]}`;
  return (
    <header className="head">
      <div className="brand">
        <span className="brand-mark">
          <Icon name="pulse" />
        </span>
        <div className="brand-words">
          <h1>{texts.title}</h1>
          <p className="brand-state" data-state={state}>
            <span className="dot" aria-hidden="true" />
            {texts.states[state]}
          </p>
        </div>
      </div>
      <div className="segments" role="group" aria-label={texts.language}>
        {languages.map((name) => (
          <button
            key={name}
            type="button"
            lang={name}
            aria-pressed={name === language}
            onClick={() => {
              setLanguage(name);
            }}
          >
            {name.toUpperCase()}
          </button>
        ))}
      </div>
      <button
        type="button"
        className="icon-button"
        aria-label={themeName}
        title={themeName}
        onClick={() => {
          setTheme(nextTheme[theme]);
        }}
      >
        <Icon name={themeIcons[theme]} />
      </button>
    </header>
  );
}
