import { profile } from "@strata/core";
import { mlp } from "./steps/mlp.ts";
const step = mlp(); for (let i=0;i<200;i++) step();
const n=100; const best=new Map<string,any>(); 
for (let i=0;i<n;i++) profile(()=>{step()}).forEach((t)=>{const key=t.name+"|"+(t.gigabytesPerSecond*t.milliseconds*1e3).toPrecision(3)+"|"+(t.gigaflopsPerSecond*t.milliseconds).toPrecision(3); const list=best.get(key)??[]; list.push(t.milliseconds); best.set(key,list);});
const rows:any[]=[]; for(const [k,l] of best){ l.sort((a:any,b:any)=>a-b); const m=l[Math.floor(l.length/5)]; const [name,kb,mf]=k.split("|"); rows.push({name:name.slice(0,60),n:l.length/n,us:+(m*1e3).toFixed(1),KB:+kb,gf:+(+mf/m).toFixed(1),gb:+(+kb/m/1e3).toFixed(1)}); }
rows.sort((a,b)=>b.us*b.n-a.us*a.n); console.table(rows.slice(0,30)); const tot=rows.reduce((s,r)=>s+r.us*r.n,0), mm=rows.filter(r=>r.name.includes("matmul")&&r.gf>0).reduce((s,r)=>s+r.us*r.n,0); console.log("total",tot,"matmul",mm,"rest",tot-mm,"rest share",(tot-mm)/tot);
const t:number[]=[]; for(let i=0;i<200;i++){const a=performance.now(); step(); t.push(performance.now()-a);} t.sort((a,b)=>a-b); console.log("step p20",t[40], "min", t[0]);
