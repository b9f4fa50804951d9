// Types of the part of react-refresh that the tests use: the package has none.
declare module 'react-refresh/runtime' {
  interface Refresh {
    injectIntoGlobalHook(window: Window): void;
    register(component: unknown, id: string): void;
    performReactRefresh(): unknown;
  }
  const refresh: Refresh;
  export default refresh;
}
