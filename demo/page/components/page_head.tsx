// The head of the page: title, compact status, language and theme.
import type { ReactElement } from 'react';
import { WebSocketStatus, type UseChatWebSocketResult } from '@advakod/resilient-websocket/react';
import type { Language, Theme } from '../parameters.js';
import type { Preferences } from '../preferences.js';
import { useTexts } from '../texts.js';
import { Icon, type IconName } from './icon.js';

interface Props {
  readonly connection: UseChatWebSocketResult;
  readonly preferences: Preferences;
}

const languages: readonly Language[] = ['ru', 'en'];
const themeIcons: Readonly<Record<Theme, IconName>> = { auto: 'auto', light: 'sun', dark: 'moon' };
const nextTheme: Readonly<Record<Theme, Theme>> = { auto: 'light', light: 'dark', dark: 'auto' };

export function PageHead({ connection, preferences }: Props): ReactElement {
  const texts = useTexts();
  const { language, theme, setLanguage, setTheme } = preferences;
  const themeName = `${texts.theme.label}: ${texts.theme[theme]}`;
  return (
    <header className="head">
      <h1 className="brand">
        <span className="brand-mark">
          <Icon name="pulse" />
        </span>
        <span className="brand-name">{texts.title}</span>
        <span className="brand-note">{texts.subtitle}</span>
      </h1>
      <WebSocketStatus
        websocket={connection.websocket}
        onReconnect={connection.forceReconnect}
        className="head-status"
        locale={language}
      />
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
