// Types for the part of selenium-webdriver that is used; the package has none.
declare module 'selenium-webdriver' {
  export interface Navigation {
    back(): Promise<void>;
  }

  export interface WebDriver {
    get(url: string): Promise<void>;
    navigate(): Navigation;
    executeAsyncScript(script: string, ...parameters: unknown[]): Promise<unknown>;
    manage(): { setTimeouts(timeouts: { readonly script: number }): Promise<void> };
    getCapabilities(): Promise<Map<string, unknown>>;
    quit(): Promise<void>;
  }

  export class Builder {
    usingServer(url: string): this;
    withCapabilities(capabilities: Readonly<Record<string, unknown>>): this;
    build(): Promise<WebDriver>;
  }
}
