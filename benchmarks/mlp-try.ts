import * as s from "@strata/core";
s.setSeed(1);
const glorot=(i:number,o:number)=>s.variable(s.uniform([i,o],{minimum:-Math.sqrt(6/(i+o)),maximum:Math.sqrt(6/(i+o))}));
const ws=[glorot(784,512),s.variable(s.zeros([512])),glorot(512,512),s.variable(s.zeros([512])),glorot(512,10),s.variable(s.zeros([10]))];
const ms=ws.map(w=>s.variable(s.zeros(w.shape),{trainable:false})), vs=ws.map(w=>s.variable(s.zeros(w.shape),{trainable:false}));
const it=s.variable(0,{trainable:false});
function forward(x:s.Tensor){
  let h=s.dropout(s.relu(s.matmul(x,ws[0]).add(ws[1])),0.2);
  h=s.dropout(s.relu(s.matmul(h,ws[2]).add(ws[3])),0.2);
  return s.matmul(h,ws[4]).add(ws[5]);
}
function step(x:s.Tensor,y:s.Tensor){
  const loss=s.mean(s.sparseSoftmaxCrossEntropy(y,forward(x)));
  const gs=s.gradients(loss,ws);
  it.assignAdd(1);
  const t=it.value;
  const alpha=s.mul(0.001,s.div(s.sqrt(s.sub(1,s.pow(0.999,t))),s.sub(1,s.pow(0.9,t))));
  gs.forEach((g,i)=>{
    ms[i].assignAdd(s.mul(s.sub(g,ms[i]),0.1));
    vs[i].assignAdd(s.mul(s.sub(s.square(g),vs[i]),0.001));
    ws[i].assignSub(s.div(s.mul(ms[i],alpha),s.add(s.sqrt(vs[i]),1e-7)));
  });
  return loss;
}
const x=s.uniform([128,784]); const y=s.cast(s.uniform([128],{maximum:10}),"int32"); s.evaluate(x,y);
function time(name:string,f:()=>void,n=60){ const t:number[]=[]; for(let i=0;i<n;i++){const a=performance.now();f();t.push(performance.now()-a);} const first=t[0]; t.sort((a,b)=>a-b); console.log(name,"first",first.toFixed(1),"median",t[n>>1].toFixed(2),"min",t[0].toFixed(2)); }
const js=s.jit(step);
time("jit",()=>{js(x,y).item();},Number(process.argv[2]??100));
time("plain",()=>{step(x,y).item();},100);
time("jit",()=>{js(x,y).item();},100);
console.log(js(x,y).item(), s.memoryUse());
