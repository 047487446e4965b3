"""Ways of asking that must, or must not, be met with a safety card or with the caveat on forecasts.

Written without the rules at hand: as people fall for a fraud, and as they speak of the same things without one.
"""

SCAMS = """
hi, a guy from the kelp team just messaged me and wants to help with my stuck withdrawal
got a dm from "EtherFi Helpdesk" saying my position has a problem
someone in my dms says he is an admin here, is that legit?
a support agent on telegram told me to send him my wallet details
Is there a support number I can call? My weETH is gone
how do i contact renzo support
where can I open a support ticket for my stuck ezETH
moderator added me as friend and asks what wallet i use
they want me to share my screen over anydesk to fix the restake
whatsapp support group for puffer, real or fake?
customer service of eigenlayer wants a deposit first to unlock my funds
can an admin dm me pls, my stake is not showing
the ticket bot asks me to connect my wallet to verify i am human
i was told to synchronize my wallet on a dapp to fix the error
site says "wallet out of sync, please rectify"
do i need to validate my wallet before the migration
helper told me to validate wallet on some page
how do i sync my metamask with the eigenlayer mainnet like they said
mod says I must verify my wallet or lose my rewards
need to whitelist my wallet with the team, they sent a form
a popup says my wallet needs validation to receive restaking rewards
they ask to import my wallet on their page so they can sync nodes
support asked me to sign a message to unlock the withdrawal
where do i claim the eigen airdrop season 3
found a link to claim free ezETH, safe?
email says my unclaimed restaking rewards expire tonight
is the new renzo airdrop checker page real
how to claim my kernel airdrop??
twitter post: send 1 eth get 2 back from vitalik, real?
random token appeared in my wallet with a claim site in its name
do i have to migrate my rsETH to v2 before friday, got the link
is there a compensation form for kelp victims i should fill in
am i eligible for the puffer airdrop, link says connect wallet
claim your share of the slashing refund now - is this legit
i got hacked and lost all my weETH, help
my wallet was drained overnight what do i do
somebody stole my ezeth after i signed something
a recovery expert says he can get my stolen eth back for 10%
how can i recover stolen funds from a scammer
hacker took everything from my metamask, can the team reverse it
i clicked a phishing link and approved it, am i done
fell for a fake staking site yesterday, can i get my money back
sent my rseth to a scam address, can i get a refund
can you recover my wallet i forgot my password
lost access to my wallet with restaked eth in it, who can restore it
is it ok to enter my seed phrase to restake
they want my 12 words to process the claim
support needs my private key to check the node
should i type my recovery phrase into the ether.fi app
he asked for my secret recovery phrase to validate the wallet
what are the 24 words for and who may have them
i gave my mnemonic to a helper, what now
ledger asks to re-enter my 24 word phrase on a website to unstake
my seed phrase leaked what should i do
ｓｕｐｐｏｒｔ asked me for my seed phrase
supp\u200bort dm'd me: validate ur wallet pls
suport told me 2 valdiate my walet
CLAIM YOUR AIRDROP NOW!!! is this real
hey ser, got scamed by fake admin, how get my eth back
s\u0435\u0435d phrase needed for eigenlayer claim?
is it normal that the helpdesk wants me to pay a fee upfront before i can withdraw
Hello all. I am new to this. A person from the team wrote to me privately. He is nice and wants to fix my wallet.
My cousin put 3 eth in. Yesterday all his tokens were stolen from his wallet. What now?
"""

INNOCENT = """
does eigenlayer support native restaking
which chains support weETH
what lst does kelp support as deposit
is ezETH supported on arbitrum
what supports the price of an lrt
how much support does the proposal have in governance
which wallets support restaking
what does a validator actually validate
how do validators validate blocks
who validates the data of an avs
my validator fell out of sync, is that slashing
what is the sync committee
how long does a node take to sync
does an operator have to sync a new client for every avs
are offline validators that do not sync penalised
can i claim my withdrawal after 14 days
when can i claim my eth from the renzo withdrawal queue
how do i claim my unstaked eth after the cooldown
how often are eigenlayer rewards paid out and how do i claim them
do i have to pay gas to claim restaking rewards
why can rewards only be claimed once a week
the docs claim 4% apr, is that still true
some people claim that one avs can slash everything, is it true
do i lose my claim on the eth if i sell the lrt
how do i file an insurance claim with nexus mutual after a slashing
is an lrt a claim on the underlying eth
what was the eigen airdrop worth in 2024
why did people sell after the renzo airdrop in april 2024
are airdrops taxed as income
what is an airdrop
do restaking points turn into an airdrop
who were the countries excluded from the eigen stakedrop
did rseth recover after the bridge loss
will the ezeth peg recover after a depeg
how long did it take ezeth to recover its peg in april 2024
can a slashed validator recover the lost eth
how did kelp recover the missing backing
does the rate recover after a slashing
what happens to my funds if kelp is hacked
has renzo ever been hacked
who paid back the stolen rseth backing
did aave users get a refund after the capo mistake
who raised a seed round, puffer or kelp
what does the phrase restaked rollup mean
what does the phrase "economic security" mean
how are operator keys stored
what is a validator key versus a withdrawal key
who holds the keys of the multisig
can the team freeze my ezeth
do i have to verify anything to restake, like kyc
how do i check that a contract is verified on etherscan
what does proof of reserve verify
how do i connect a validator to an eigenpod
does the admin key of renzo have a timelock
can an admin upgrade the contract without delay
who are the developers behind symbiotic
how does the eigenlayer team make money
what does the puffer team do about slashing
is the price of rseth real or manipulated
fake volume on lrt pools?
how do i message an operator about its fee
do i need to migrate my validator from 0x01 to 0x02 credentials
what changed with the kelp migration from layerzero to ccip
how do i move my validator to an eigenpod
"""

FORECASTS = """
what will eth be worth in 2026
will eth hit 10k
eth price prediction 2027
is ethereum going to break $5,000
when will ether reach 5000 dollars
eth to 8k this cycle?
can eth go above 5k this year
will ethereum ever make a new all time high
what's your price target for ETH
how high can eth go next year
where will eth be at christmas
will eth crash next month
eth forecast for the end of the year pls
is eth going to pump or dump
how much will 1 eth cost in 2030
will eth double from here
price prediction for EIGEN
will EIGEN 10x
ethfi price target 2027
what will ezeth be worth next year
how much will rez be in 2027
will ETHFI go up after the unlock
eigen price forecast
can kernel token moon
will puffer token recover to its all time high
how much will 1 rseth be worth next year
is it a good time to buy eth
should i buy eth now or wait
should i sell my ezeth
buy the dip on eigen?
is EIGEN a good investment
shall i hold or sell my weeth
should i invest in restaking
too late to get into eth?
is ethfi undervalued
should we sell our rsETH before it drops
when should i take profit on eth
would you buy eigen here
eth or eigen, which one should i buy
is now the right time to get into ezeth
wen eth 10k ser
wen moon for eigen
shud i sell my eeth rn
WILL ETH HIT 7,500 BY DECEMBER
predict the price of ethereum
give me a bull case price for eth
"""

NO_FORECASTS = """
what is the price of ezeth right now
how is the rate of rseth calculated
why does weeth cost more than one eth
how much did eth fall when ezeth depegged
will i be slashed
will my withdrawal take more than 14 days
when will the exit queue be shorter
how much will i pay in fees
is apr going up when more people stake
can ezeth drop below peg again
what happens if the price of ezeth drops while i loop
can the value of my lrt fall
do i have to sell my lrt to get eth back
how do i get into restaking with less than 32 eth
can my validator drop below 32 eth
should i worry about slashing
should i use renzo or kelp
should i unstake before the upgrade
what does eigen do in the protocol
why did eigen unlock in 2025
"""


def lines(text: str) -> list[str]:
    """The wordings of a list, one a line."""
    return text.strip().split("\n")
