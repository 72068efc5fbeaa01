import { profile } from "@strata/core";
import { mlp } from "./steps/mlp.ts";
const step = mlp(); for (let i=0;i<150;i++) step();
const n=60; const best=new Map<string,any>(); 
let all=0;
for (let i=0;i<n;i++) profile(()=>{step()}).forEach((t,k)=>{const key=t.name+"|"+t.gigabytesPerSecond*t.milliseconds+"|"+0; const list=best.get(key)??[]; list.push(t); best.set(key,list);});
const rows:any[]=[]; for(const [k,l] of best){ l.sort((a:any,b:any)=>a.milliseconds-b.milliseconds); const m=l[Math.floor(l.length/4)]; rows.push({name:m.name.slice(0,70),n:l.length/n,ms:+m.milliseconds.toFixed(3),gf:+m.gigaflopsPerSecond.toFixed(1),gb:+m.gigabytesPerSecond.toFixed(1)}); }
rows.sort((a,b)=>b.ms*b.n-a.ms*a.n); console.table(rows.slice(0,30)); const tot=rows.reduce((s,r)=>s+r.ms*r.n,0), mm=rows.filter(r=>r.name.includes("matmul")&&r.gf>0).reduce((s,r)=>s+r.ms*r.n,0); console.log("total",tot,"matmul",mm,"rest share",(tot-mm)/tot);
