// The style sheet as a text. The build makes the module of styles.css.
declare const text: string;
export default text;
